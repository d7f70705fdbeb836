const { src, dest } = require('gulp');

const ICONS = ['nodes/**/*.{svg,png}', 'credentials/**/*.{svg,png}', 'icons/**/*.{svg,png}'];

/** Copies the icons next to the compiled files, byte for byte (gulp 5 would re-encode them as UTF-8). */
function icons() {
	return src(ICONS, { encoding: false, base: '.' }).pipe(dest('dist'));
}

exports.icons = icons;
exports.default = icons;
