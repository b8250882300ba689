import { connect } from 'node:net'
import { createReader } from './read-http.ts'

/** Talks on one connection: is told how to send and how to hang up, and tells what takes each answer. */
type Session = (send: (bytes: Buffer) => void, close: () => void) => (body: string) => void

/** Holds one session on a connection of its own. Ends with it. @throws when the connection fails, or no answer comes within 20 s */
export function converse(port: number, session: Session): Promise<void> {
  return new Promise((resolve, reject) => {
    const socket = connect({ port, host: '127.0.0.1', noDelay: true })
    socket.setTimeout(20_000, () => socket.destroy(new Error('no answer within 20 s')))
    socket.on('error', reject)
    socket.on('close', () => resolve())
    socket.on('connect', () => {
      const take = session(
        (bytes) => socket.write(bytes),
        () => socket.destroy(),
      )
      socket.on(
        'data',
        createReader(({ body }) => take(body)),
      )
    })
  })
}
