import { describeBus } from './bus.suite.ts';
import { EmitterBus } from './emitter-bus.ts';

describeBus('the emitter bus', (onError) => new EmitterBus(onError));
