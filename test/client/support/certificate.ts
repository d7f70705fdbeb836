import { createHash, generateKeyPairSync, sign } from 'node:crypto';

/** A self-signed certificate for 127.0.0.1, made anew for each test run: no key lies in the repository. */

function der(tag: number, ...parts: Buffer[]): Buffer {
	const body = Buffer.concat(parts);
	const length =
		body.length < 128
			? [body.length]
			: body.length < 256
				? [0x81, body.length]
				: [0x82, body.length >> 8, body.length & 255];
	return Buffer.concat([Buffer.from([tag, ...length]), body]);
}

const sequence = (...parts: Buffer[]) => der(0x30, ...parts);
const hex = (text: string) => Buffer.from(text, 'hex');
const ECDSA_SHA256 = sequence(hex('06082a8648ce3d040302'));
const time = (text: string) => der(0x17, Buffer.from(text));

function name(commonName: string): Buffer {
	return sequence(der(0x31, sequence(hex('0603550403'), der(0x0c, Buffer.from(commonName)))));
}

/** `subjectAltName` with one IPv4 address. */
function alternativeName(...address: number[]): Buffer {
	const names = sequence(der(0x87, Buffer.from(address)));
	return der(0xa3, sequence(sequence(hex('0603551d11'), der(0x04, names))));
}

export function selfSigned(): { key: string; cert: string } {
	const { publicKey, privateKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' });
	const publicBytes = publicKey.export({ type: 'spki', format: 'der' });
	const serial = createHash('sha256').update(publicBytes).digest().subarray(0, 8);
	serial[0] &= 0x7f; // positive
	serial[0] |= 0x01; // and without a leading zero
	const body = sequence(
		der(0xa0, hex('020102')),
		der(0x02, serial),
		ECDSA_SHA256,
		name('little-comfyui'),
		sequence(time('200101000000Z'), time('491231235959Z')),
		name('little-comfyui'),
		publicBytes,
		alternativeName(127, 0, 0, 1),
	);
	const signature = sign('sha256', body, privateKey);
	const certificate = sequence(body, ECDSA_SHA256, der(0x03, Buffer.from([0]), signature));
	const lines = certificate.toString('base64').replace(/(.{64})/g, '$1\n');
	return {
		key: privateKey.export({ type: 'pkcs8', format: 'pem' }).toString(),
		cert: `-----BEGIN CERTIFICATE-----\n${lines}\n-----END CERTIFICATE-----\n`,
	};
}
