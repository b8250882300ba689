import { connect, type Socket } from 'node:net'
import { createResponseReader, type Http1Response, type ReadHttp1Response } from './response-reader.ts'
import { ConnectionLost } from './transport-errors.ts'

/** A connection to a subgraph, for one request at a time. */
export interface Connection {
  /** Sends a whole request: a string has one byte for each character. One of the two is called. */
  send: (request: string | Buffer, waiting: PendingRequest) => void
  /** Ends it; whoever waits gets the error. */
  destroy: (error?: Error) => void
}

/** Who waits for an answer. */
export interface PendingRequest {
  resolve: (answer: Http1Response) => void
  reject: (error: Error) => void
}

export interface ConnectionOptions {
  host: string
  port: number
  connectTimeoutMs: number
  maxAnswerBytes: number
  /** It can be given a request: when it was opened, and after each answer. */
  onFree: () => void
  /** It is of no more use. Comes before whoever waits is told. */
  onClose: (error: Error) => void
}

interface Line {
  options: ConnectionOptions
  socket: Socket
  reader: ReadHttp1Response | null
  waiting: PendingRequest | null
  failure: Error | null
}

const readBufferBytes = 32_768

/**
 * Opens a connection. Bytes go from the socket into one buffer and are read where they lie, and a request is one write: that is what
 * makes this cheaper than a general client.
 */
export function openConnection(options: ConnectionOptions): Connection {
  const read = (size: number, buffer: Uint8Array): boolean => {
    take(line, Buffer.from(buffer.buffer, buffer.byteOffset, size))
    return true
  }
  const onread = { buffer: Buffer.allocUnsafeSlow(readBufferBytes), callback: read }
  const socket = connect({ host: options.host, port: options.port, noDelay: true, keepAlive: true, onread })
  const line: Line = { options, socket, reader: null, waiting: null, failure: null }
  const late = setTimeout(() => socket.destroy(new ConnectionLost('no connection in time')), options.connectTimeoutMs)
  socket.once('connect', () => {
    clearTimeout(late)
    options.onFree()
  })
  socket.once('error', (error) => {
    line.failure = error
  })
  socket.once('end', () => socket.destroy())
  socket.once('close', () => {
    clearTimeout(late)
    lose(line)
  })
  return {
    send: (request, waiting) => {
      line.waiting = waiting
      line.reader = createResponseReader(options.maxAnswerBytes)
      if (typeof request === 'string') socket.write(request, 'latin1')
      else socket.write(request)
    },
    destroy: (error) => void socket.destroy(error),
  }
}

function take(line: Line, bytes: Buffer): void {
  try {
    if (!line.reader) throw new ConnectionLost('it sent what nobody asked for')
    const answer = line.reader(bytes)
    if (answer) finish(line, answer)
  } catch (error) {
    line.socket.destroy(error as Error)
  }
}

function finish(line: Line, answer: Http1Response): void {
  const settled = settle(line)
  if (answer.isReusable) line.options.onFree()
  else line.socket.destroy()
  settled?.resolve(answer)
}

function lose(line: Line): void {
  const settled = settle(line)
  const error = line.failure ?? new ConnectionLost('the connection was closed before the answer was whole')
  line.options.onClose(error)
  settled?.reject(error)
}

function settle(line: Line): PendingRequest | null {
  const { waiting } = line
  line.waiting = null
  line.reader = null
  return waiting
}
