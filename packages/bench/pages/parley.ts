import { createParleyClient } from '@parley/client';

import { drawInto, readAddress } from './drawing.ts';

const { token, room } = readAddress();
const draw = drawInto(document.body);
const talk = createParleyClient({ getAccessToken: () => token }).conversation(room);
talk.subscribe(() => draw(talk.messages));
