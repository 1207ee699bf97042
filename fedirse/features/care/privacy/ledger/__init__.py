"""Following the ledger of erasures after a restore: whom an older database brings back is erased again."""
