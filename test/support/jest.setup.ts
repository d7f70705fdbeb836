// The error of a rejected promise without a handler is lost; Node.js reports it, jest does not.
process.on('unhandledRejection', (reason) => {
	throw reason;
});
