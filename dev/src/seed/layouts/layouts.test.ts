import { capacityOf, type LayoutDocument, layoutDocument } from '@tikitu/schema/layout'
import { placesOf } from '@tikitu/schema/layout-places'
import { describe, expect, test } from 'vitest'
import { arena } from './arena.ts'
import { club } from './club.ts'
import { theatre } from './theatre.ts'

const layouts = { theatre: [theatre(), 1_200], arena: [arena(), 18_000], club: [club(), 800] } as const

/** The smallest distance between the middles of two seats, by a grid of one-metre cells. */
function closestSeats(document: LayoutDocument): number {
  const cells = new Map<string, { x: number; y: number }[]>()
  let closest = Number.POSITIVE_INFINITY
  for (const seat of seatsOf(document)) {
    const [column, line] = [Math.floor(seat.x / 100), Math.floor(seat.y / 100)]
    for (const dx of [-1, 0, 1]) {
      for (const dy of [-1, 0, 1]) {
        for (const other of cells.get(`${column + dx},${line + dy}`) ?? []) {
          closest = Math.min(closest, Math.hypot(other.x - seat.x, other.y - seat.y))
        }
      }
    }
    const cell = `${column},${line}`
    cells.set(cell, [...(cells.get(cell) ?? []), seat])
  }
  return closest
}

function seatsOf(document: LayoutDocument) {
  return document.sections.flatMap((section) =>
    section.kind === 'SEATED' ? section.rows.flatMap(({ seats }) => seats) : [],
  )
}

describe.each(Object.entries(layouts))('the %s', (_name, [document, capacity]) => {
  test('is a valid layout of the stated capacity', () => {
    expect(layoutDocument.parse(document)).toEqual(document)
    expect(capacityOf(document)).toBe(capacity)
  })

  test('gives every seat a unique label and enough space', () => {
    const places = [...placesOf(document)].filter(({ row }) => row !== null)
    expect(new Set(places.map(({ label }) => label)).size).toBe(places.length)
    expect(closestSeats(document)).toBeGreaterThanOrEqual(45)
  })

  test('uses every price zone and no other', () => {
    expect(new Set(document.sections.map(({ zone }) => zone))).toEqual(new Set(document.zones.map(({ name }) => name)))
  })
})

test('the theatre and the arena have wheelchair spaces with companion seats, and seats with a restricted view', () => {
  for (const document of [theatre(), arena()]) {
    const seats = seatsOf(document)
    const chairs = seats.flatMap((seat, index) => (seat.accessible ? [index] : []))
    expect(chairs.length).toBeGreaterThanOrEqual(6)
    expect(chairs.every((index) => seats[index + 1]?.companion && !seats[index + 1]?.gapBefore)).toBe(true)
    expect(seats.filter(({ restrictedView }) => restrictedView).length).toBeGreaterThan(50)
  }
})

test('the circle numbers its seats from the middle, so neighbours differ by two', () => {
  const row = theatre().sections.find(({ label }) => label === 'Circle')
  if (row?.kind !== 'SEATED') throw new Error('the circle has no seats')
  const labels = row.rows[1]?.seats.map(({ label }) => Number(label)) ?? []
  expect(labels.slice(16, 20)).toEqual([3, 1, 2, 4])
})
