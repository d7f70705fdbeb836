const { src, dest } = require('gulp');

const ICONS = ['nodes/**/*.{svg,png}', 'credentials/**/*.{svg,png}', 'icons/**/*.{svg,png}'];
const DESCRIPTIONS = ['nodes/*/*.node.json', 'nodes/*/__schema__/**/*.json'];

/** Copies what n8n reads beside the code, byte for byte (gulp 5 would re-encode icons as UTF-8). */
function files() {
	return src([...ICONS, ...DESCRIPTIONS], { encoding: false, base: '.' }).pipe(dest('dist'));
}

exports.files = files;
exports.default = files;
