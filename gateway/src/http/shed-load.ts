import { sendErrors } from './answers.ts'
import type { FrontRoute } from './front.ts'

/** What runs at once. */
export interface LoadGate {
  /** Takes a place; false when none is left. */
  enter: () => boolean
  /** Gives it back. */
  leave: () => void
}

/** A gate for so many at once. */
export function createLoadGate(maxAtOnce: number): LoadGate {
  let running = 0
  return {
    enter: () => {
      if (running >= maxAtOnce) return false
      running++
      return true
    },
    leave: () => void running--,
  }
}

/** Answers with 503 right away what finds no place: under too much load some are served well instead of all badly. */
export function sheddingLoad(route: FrontRoute, gate: LoadGate): FrontRoute {
  const answer: FrontRoute['answer'] = async (incoming) => {
    if (!gate.enter()) {
      incoming.response.setHeader('retry-after', '1')
      return sendErrors(incoming.response, 503, {
        code: 'UNAVAILABLE',
        message: 'Too busy right now: try again in a moment.',
      })
    }
    try {
      await route.answer(incoming)
    } finally {
      gate.leave()
    }
  }
  return { ...route, answer }
}
