// Loaded before a program (NODE_OPTIONS=--require ./loopback.cjs): whatever host it asks for, or
// leaves out, it listens on the loopback interface alone; and it says where, once it does.
const net = require('node:net')

// What every listen comes to, also without a host, and then at once: some programs rely on that.
const bind = net.Server.prototype._listen2

net.Server.prototype._listen2 = function (address, port, family, ...rest) {
  if (typeof port !== 'number' || port < 0) return bind.call(this, address, port, family, ...rest)
  this.once('listening', () => {
    const bound = this.address()
    console.error(`listening at ${bound.address}:${bound.port}`)
  })
  return bind.call(this, '127.0.0.1', port, 4, ...rest)
}
