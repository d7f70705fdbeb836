import type { Behaviours } from './Behaviour';
import { compositing } from './compositing';
import { images } from './images';
import { loaders } from './loaders';
import { media } from './media';
import { sampling } from './sampling';
import { saving } from './saving';
import { testNodes } from './testNodes';
import { text } from './text';
import type { World } from './World';

/** What the classes of the catalogue do. */
export function behavioursIn(world: World): Behaviours {
	return {
		...loaders,
		...sampling,
		...images(world),
		...compositing,
		...saving(world),
		...media(world),
		...text,
		...testNodes,
	};
}
