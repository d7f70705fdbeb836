import { extensionFor, mediaOf } from '../../../nodes/client';

test.each([
	['a.png', 'image', 'image/png'],
	['A.JPG', 'image', 'image/jpeg'],
	['x/y.webp', 'image', 'image/webp'],
	['movie.final.mp4', 'video', 'video/mp4'],
	['a.flac', 'audio', 'audio/flac'],
	['a.opus', 'audio', 'audio/ogg'],
	['a.glb', '3d', 'model/gltf-binary'],
	['a.txt', 'text', 'text/plain'],
	['a.latent', 'other', 'application/octet-stream'],
	['png', 'other', 'application/octet-stream'],
	['a.', 'other', 'application/octet-stream'],
	['', 'other', 'application/octet-stream'],
	['a.constructor', 'other', 'application/octet-stream'],
	['a.toString', 'other', 'application/octet-stream'],
])('%s is %s, %s', (name, kind, mimeType) => expect(mediaOf(name)).toEqual({ kind, mimeType }));

test.each([
	['image/png', 'png'],
	['image/jpeg', 'jpg'],
	['IMAGE/WEBP; charset=x', 'webp'],
	['audio/mpeg', 'mp3'],
	['application/x-unknown', undefined],
	['', undefined],
])('%s is usually called %s', (mimeType, extension) => expect(extensionFor(mimeType)).toBe(extension));
