/** One HTTP message: its first line and headers, and its body. */
export interface Message {
  head: string
  body: string
}

/** Reads HTTP/1.1 messages that follow each other on a connection, with a length or in chunks. */
export function createReader(take: (message: Message) => void): (chunk: Buffer) => void {
  let pending: Buffer = Buffer.alloc(0)
  return (chunk) => {
    pending = pending.length === 0 ? chunk : Buffer.concat([pending, chunk])
    for (;;) {
      const found = next(pending)
      if (!found) return
      pending = pending.subarray(found.end)
      take(found.message)
    }
  }
}

function next(bytes: Buffer): { message: Message; end: number } | null {
  const headEnd = bytes.indexOf('\r\n\r\n')
  if (headEnd === -1) return null
  const head = bytes.toString('latin1', 0, headEnd)
  const start = headEnd + 4
  if (/transfer-encoding: *chunked/i.test(head)) return chunked(bytes, head, start)
  const end = start + Number(/content-length: *(\d+)/i.exec(head)?.[1] ?? 0)
  return bytes.length < end ? null : { message: { head, body: bytes.toString('utf8', start, end) }, end }
}

function chunked(bytes: Buffer, head: string, start: number): { message: Message; end: number } | null {
  const parts: Buffer[] = []
  for (let at = start; ; ) {
    const lineEnd = bytes.indexOf('\r\n', at)
    if (lineEnd === -1) return null
    const size = Number.parseInt(bytes.toString('latin1', at, lineEnd), 16)
    const end = lineEnd + 2 + size + 2
    if (bytes.length < end) return null
    if (size === 0) return { message: { head, body: Buffer.concat(parts).toString() }, end }
    parts.push(bytes.subarray(lineEnd + 2, end - 2))
    at = end
  }
}
