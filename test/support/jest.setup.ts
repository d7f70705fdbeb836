// A promise that nobody listens to is a lost error; Node reports it, jest does not.
process.on('unhandledRejection', (reason) => {
	throw reason;
});
