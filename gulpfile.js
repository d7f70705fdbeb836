const { src, dest } = require('gulp');

/** Copies the icons next to the compiled files, byte for byte (gulp 5 would re-encode them as UTF-8). */
function icons() {
	return src('{nodes,credentials,icons}/**/*.{svg,png}', { encoding: false, base: '.' }).pipe(dest('dist'));
}

exports.icons = icons;
exports.default = icons;
