/** A host application's own events; `right.ts` narrows them. */
declare module '@parley/client' {
  interface HostRoomEvents {
    'listing-sold': { listingId: string };
  }
  interface HostInboxEvents {
    'listing-watched': { watchers: number };
  }
}

export {};
