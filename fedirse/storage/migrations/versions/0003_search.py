"""Search: the full-text index, the triggers that keep it, and a first look at everything there is."""

from alembic import op

revision = "0003"
down_revision = "0002"

STRUCTURES = (
    (
        "CREATE VIRTUAL TABLE search_index USING fts5(words, marks, content='search_entries', content_rowid='number', "
        "columnsize=0, tokenize=\"ascii tokenchars '_:'\")"
    ),
    (
        "CREATE TRIGGER search_entries_added AFTER INSERT ON search_entries BEGIN INSERT INTO search_index (rowid, words, "
        "marks) VALUES (new.number, new.words, new.marks); END"
    ),
    (
        "CREATE TRIGGER search_entries_removed AFTER DELETE ON search_entries BEGIN INSERT INTO search_index (search_index, "
        "rowid, words, marks) VALUES ('delete', old.number, old.words, old.marks); END"
    ),
    (
        "CREATE TRIGGER search_posts_added AFTER INSERT ON posts WHEN new.kind <> 'boost' AND new.deleted_at IS NULL BEGIN "
        "INSERT INTO search_pending (id) VALUES (new.id) ON CONFLICT DO NOTHING; END"
    ),
    (
        "CREATE TRIGGER search_posts_changed AFTER UPDATE OF title, content, translations, warning, tags, attachments, poll,"
        " audience, listed, language, deleted_at ON posts WHEN new.kind <> 'boost' BEGIN DELETE FROM search_entries WHERE "
        "post_id = new.id; INSERT INTO search_pending (id) SELECT new.id WHERE new.deleted_at IS NULL ON CONFLICT DO "
        "NOTHING; END"
    ),
    (
        "CREATE TRIGGER search_posts_removed AFTER DELETE ON posts WHEN old.kind <> 'boost' BEGIN DELETE FROM search_entries"
        " WHERE post_id = old.id; DELETE FROM search_pending WHERE id = old.id; END"
    ),
    (
        "CREATE TRIGGER search_actors_added AFTER INSERT ON actors BEGIN INSERT INTO search_pending (id) VALUES (new.id) ON "
        "CONFLICT DO NOTHING; END"
    ),
    (
        "CREATE TRIGGER search_actors_changed AFTER UPDATE OF name, handle, gone_at ON actors WHEN old.name IS NOT new.name "
        "OR old.handle IS NOT new.handle OR old.gone_at IS NOT new.gone_at BEGIN INSERT INTO search_pending (id) VALUES "
        "(new.id) ON CONFLICT DO NOTHING; END"
    ),
    (
        "CREATE TRIGGER search_actors_removed AFTER DELETE ON actors BEGIN DELETE FROM search_names WHERE actor_id = old.id; "
        "DELETE FROM search_pending WHERE id = old.id; END"
    ),
    (
        "CREATE TRIGGER search_tags_removed AFTER DELETE ON post_tags BEGIN DELETE FROM search_tags WHERE tag = old.tag AND "
        "NOT EXISTS (SELECT 1 FROM post_tags WHERE tag = old.tag); END"
    ),
)


def upgrade() -> None:
    """Take the database from 0002 to 0003; there is no way back but a backup."""
    for statement in STRUCTURES:
        op.get_bind().exec_driver_sql(statement)
    op.execute("INSERT INTO search_pending (id) SELECT id FROM posts WHERE kind <> 'boost' AND deleted_at IS NULL")
    op.execute("INSERT INTO search_pending (id) SELECT id FROM actors")
