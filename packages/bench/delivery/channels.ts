// Channels of Centrifugo: one for each room, in a namespace whose channels a client may subscribe to.
export const ROOMS = 'room';

export const roomChannel = (room: string): string => `${ROOMS}:${room}`;
