import { drawInto, readAddress } from './drawing.ts';
import { TalkStore } from './store.ts';

const draw = drawInto(document.body);
const talk = new TalkStore(readAddress());
talk.subscribe(() => draw(talk.messages));
