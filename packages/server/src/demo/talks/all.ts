import { BREAD_TALK } from './bread.ts';
import { MARKET_TALKS } from './market.ts';
import { SERVICE_TALKS } from './services.ts';
import type { DemoTalk } from './talk.ts';

/** What the people of the demo have said and agreed on. */
export const DEMO_TALKS: readonly DemoTalk[] = [...MARKET_TALKS, ...SERVICE_TALKS, BREAD_TALK];
