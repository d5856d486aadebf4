// Loaded before a program (NODE_OPTIONS=--require ./loopback.cjs): whatever host it asks for, or
// leaves out, it listens on the loopback interface alone; and it says where, once it does.
const net = require('node:net')

const listen = net.Server.prototype.listen

net.Server.prototype.listen = function (...given) {
  const said = given.filter((argument) => typeof argument === 'function')
  const first = given[0]
  const wish = typeof first === 'object' && first !== null ? first : { port: Number(first ?? 0) }
  this.once('listening', () => {
    const { address, port } = this.address()
    console.error(`listening at ${address}:${port}`)
  })
  return listen.call(this, { ...wish, host: '127.0.0.1' }, ...said)
}
