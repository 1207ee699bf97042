// The addresses one needs of another actor in order to send to it.

/** {id, handle, inbox, sharedInbox} of a Fedify actor. */
export function recipientOf(actor) {
  return {
    id: actor.id,
    handle: `@${actor.preferredUsername ?? ""}@${actor.id.host}`,
    inbox: actor.inboxId,
    sharedInbox: actor.endpoints?.sharedInbox ?? null,
  };
}

/** The same as the Recipient that Fedify sends to. */
export function fedifyRecipient({ id, inbox, sharedInbox }) {
  return { id, inboxId: inbox, endpoints: sharedInbox == null ? null : { sharedInbox } };
}
