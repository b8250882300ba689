import { sendErrors } from './answers.ts'
import type { FrontRoute } from './front.ts'

/**
 * Takes so many requests at once, and answers others right away with 503: under too much load some are served well instead of
 * all badly.
 */
export function sheddingLoad(route: FrontRoute, maxAtOnce: number): FrontRoute {
  let running = 0
  const answer: FrontRoute['answer'] = async (incoming) => {
    if (running >= maxAtOnce) {
      incoming.response.setHeader('retry-after', '1')
      return sendErrors(incoming.response, 503, {
        code: 'UNAVAILABLE',
        message: 'Too busy right now: try again in a moment.',
      })
    }
    running++
    try {
      await route.answer(incoming)
    } finally {
      running--
    }
  }
  return { ...route, answer }
}
