/** Workflows that make files of every kind. */

const title = (text: string) => ({ _meta: { title: text } });
const picture = { class_type: 'EmptyImage', inputs: { width: 8, height: 8, batch_size: 1, color: 0x336699 } };

/** Two pictures that are kept and one preview. */
export const threePictures = {
	'1': picture,
	'2': {
		class_type: 'SaveImage',
		inputs: { images: ['1', 0], filename_prefix: 'sets/first' },
		...title('Save First'),
	},
	'3': {
		class_type: 'SaveImage',
		inputs: { images: ['1', 0], filename_prefix: 'second' },
		...title('Save, Second'),
	},
	'4': { class_type: 'PreviewImage', inputs: { images: ['1', 0] }, ...title('Look') },
};

export const onlyPreview = {
	'1': picture,
	'4': { class_type: 'PreviewImage', inputs: { images: ['1', 0] } },
};

/** One picture is kept, then a node fails. */
export const failsLate = {
	'1': picture,
	'2': { class_type: 'SaveImage', inputs: { images: ['1', 0], filename_prefix: 'early' } },
	'3': { class_type: 'TFail', inputs: { image: ['1', 0], msg: 'the oven broke' }, ...title('Oven') },
	'4': { class_type: 'SaveImage', inputs: { images: ['3', 0], filename_prefix: 'late' } },
};

export const noFiles = { '1': { class_type: 'TText', inputs: { text: 'hello' } } };

export const overSocket = {
	'1': picture,
	'2': { class_type: 'SaveImageWebsocket', inputs: { images: ['1', 0] } },
};

export const everyKind = {
	'1': picture,
	'2': { class_type: 'SaveImage', inputs: { images: ['1', 0], filename_prefix: 'kinds/a' } },
	'3': { class_type: 'CreateVideo', inputs: { images: ['1', 0], fps: 8 } },
	'4': {
		class_type: 'SaveVideo',
		inputs: { video: ['3', 0], filename_prefix: 'video/b', format: 'auto', codec: 'auto' },
	},
	'5': { class_type: 'EmptyAudio', inputs: { duration: 1, sample_rate: 44100, channels: 2 } },
	'6': { class_type: 'SaveAudio', inputs: { audio: ['5', 0], filename_prefix: 'c' } },
	'7': { class_type: 'TMesh', inputs: { size: 1 } },
	'8': { class_type: 'SaveGLB', inputs: { mesh: ['7', 0], filename_prefix: 'd' } },
	'9': {
		class_type: 'VHS_VideoCombine',
		inputs: {
			images: ['1', 0],
			frame_rate: 8,
			loop_count: 0,
			filename_prefix: 'e',
			format: 'image/gif',
			pingpong: false,
			save_output: true,
		},
	},
	'10': { class_type: 'EmptyLatentImage', inputs: { width: 64, height: 64, batch_size: 1 } },
	'11': { class_type: 'SaveLatent', inputs: { samples: ['10', 0], filename_prefix: 'f' } },
};
