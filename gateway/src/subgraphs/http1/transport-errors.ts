/** What came is not HTTP/1.1 as we speak it. */
export class UnreadableAnswer extends Error {
  override readonly name = 'UnreadableAnswer'
}

/** The answer is longer than it may be. */
export class AnswerTooLong extends Error {
  override readonly name = 'AnswerTooLong'

  constructor(maxBytes: number) {
    super(`its answer is longer than ${maxBytes} bytes`)
  }
}

/** The connection ended before the answer did. */
export class ConnectionLost extends Error {
  override readonly name = 'ConnectionLost'
  readonly code = 'ECONNRESET'
}
