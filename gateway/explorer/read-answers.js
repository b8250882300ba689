/**
 * The answers of a stream of server-sent events, one by one.
 * @param {ReadableStream<Uint8Array>} body
 */
export async function* readAnswers(body) {
  const reader = body.getReader()
  const decoder = new TextDecoder()
  let text = ''
  try {
    for (;;) {
      const { done, value } = await reader.read()
      if (done) throw new Error('The stream was cut: run it again.')
      text += decoder.decode(value, { stream: true })
      const events = text.split('\n\n')
      text = events.pop() ?? ''
      const isOver = events.some((event) => event.startsWith('event: complete'))
      yield* events.flatMap(answerIn)
      if (isOver) return
    }
  } finally {
    await reader.cancel().catch(() => undefined)
  }
}

/** @param {string} event */
function answerIn(event) {
  const data = /^event: next\ndata: (.*)$/s.exec(event)?.[1]
  return data === undefined ? [] : [JSON.parse(data)]
}
