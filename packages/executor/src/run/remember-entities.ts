import { isObject } from '../lib/own-property.ts'
import { type EntitiesPart, joinEntities, pickEntities } from './entity-answers.ts'
import type { Run, SubgraphAnswer } from './execution.ts'
import { copyOf } from './merge.ts'

/** An entity that was asked for in a run: the answer it comes with, and its place there. */
interface Remembered {
  answer: Promise<SubgraphAnswer>
  place: number
}

/** What is still to be asked for, and what makes the whole of it. */
export interface Missing {
  representations: readonly string[]
  /** Takes the answer to these, if there are any. */
  complete: (answer: Promise<SubgraphAnswer> | null) => Promise<SubgraphAnswer>
}

const runs = new WeakMap<Run, Map<string, Map<string, Remembered>>>()

/**
 * Of the entities that equal fetches of one run want, those that none of them has asked for yet. The others get what the first got, be it
 * under way: an entity or an error.
 */
export function findMissing(run: Run, equalName: string, representations: readonly string[]): Missing {
  const known = entitiesOf(run, equalName)
  const missing: number[] = []
  const found: Found[] = []
  for (const [place, representation] of representations.entries()) {
    const remembered = known.get(representation)
    if (remembered) addFound(found, remembered, place)
    else missing.push(place)
  }
  const wanted = missing.map((place) => representations[place] ?? '')
  const remember = announce(known, wanted)
  return {
    representations: wanted,
    complete: async (answer) => {
      if (answer) remember(answer.then(copyOfAnswer))
      const asked = answer && { places: missing, response: await answer }
      if (asked && found.length === 0) return asked.response
      return joinEntities(Array(representations.length).fill(null), [
        ...(asked ? [asked] : []),
        ...(await partsOf(found)),
      ])
    },
  }
}

/** Entities of an earlier answer: their places there, and those where they are wanted now. */
interface Found extends Pick<EntitiesPart, 'places'> {
  answer: Promise<SubgraphAnswer>
  places: number[]
  placesThere: number[]
}

function addFound(found: Found[], { answer, place: placeThere }: Remembered, place: number): void {
  const known = found.find((one) => one.answer === answer)
  if (!known) return void found.push({ answer, places: [place], placesThere: [placeThere] })
  known.places.push(place)
  known.placesThere.push(placeThere)
}

/** From now on these are known; what they are is told later. */
function announce(known: Map<string, Remembered>, representations: readonly string[]) {
  const { promise: answer, resolve } = Promise.withResolvers<SubgraphAnswer>()
  // Whoever asked first tells of a failure; nobody else may be there to hear of it.
  answer.catch(() => undefined)
  for (const [place, representation] of representations.entries()) known.set(representation, { answer, place })
  return resolve
}

function partsOf(found: readonly Found[]): Promise<EntitiesPart[]> {
  return Promise.all(
    found.map(async ({ answer, places, placesThere }) => ({
      places,
      response: copyOfAnswer(pickEntities(await answer, placesThere)),
    })),
  )
}

function entitiesOf(run: Run, equalName: string): Map<string, Remembered> {
  const ofRun = runs.get(run) ?? new Map<string, Map<string, Remembered>>()
  runs.set(run, ofRun)
  const known = ofRun.get(equalName) ?? new Map<string, Remembered>()
  ofRun.set(equalName, known)
  return known
}

/** As the subgraph sent it: whoever asked first goes on to write into what it got. */
function copyOfAnswer({ data, ...rest }: SubgraphAnswer): SubgraphAnswer {
  return { ...rest, data: isObject(data) ? copyOf(data) : data }
}
