import { TikituError } from './errors.ts'

/**
 * `SeatMap.geometry`: the plan of a house. Coordinates are whole centimetres, as the audience sees the house: x grows to the
 * right, y away from the stage, whose front edge is y = 0.
 */
export interface SeatGeometry {
  format: 'tikitu.geometry.v1'
  bounds: { minX: number; minY: number; maxX: number; maxY: number }
  zones: { name: string; color: string }[]
  sections: SectionGeometry[]
  shapes: ShapeGeometry[]
}

export interface SectionGeometry {
  label: string
  /** The price zone of its places, where a row or a seat has no other. */
  zone: string
  kind: 'SEATED' | 'GENERAL_ADMISSION'
  /** The number of its first place; the others follow row by row, seat by seat. */
  first: number
  count: number
  /** The corners of a general-admission section: x and y in turn. */
  outline?: number[]
  rows?: RowGeometry[]
}

export interface RowGeometry {
  /** Empty for a row without a name. */
  label: string
  /** The labels of its seats. */
  seats: string[]
  /** The middles of its seats: x and y in turn. */
  xy: number[]
  zone?: string
  /** The zones of single seats, by index. */
  zones?: Readonly<Record<number, string>>
  marks?: Readonly<Record<number, SeatMark>>
}

/** A place for a wheelchair, the seat beside one, a seat that does not see the whole stage. */
export type SeatMark = 'ACCESSIBLE' | 'COMPANION' | 'RESTRICTED_VIEW'

/** What is drawn and not sold. */
export interface ShapeGeometry {
  kind: 'STAGE' | 'WALL' | 'AISLE' | 'ENTRANCE' | 'BAR' | 'TABLE' | 'TEXT' | 'OTHER'
  label: string | null
  /** Its points: x and y in turn. */
  xy: number[]
  /** Whether the last point is joined to the first. */
  isClosed: boolean
}

/** A numbered seat, ready to be drawn. */
export interface Seat {
  /** As `HoldSeatsInput` takes it. */
  number: number
  label: string
  row: string
  section: string
  /** The name of its price zone: its tiers are those with this `zone`. */
  zone: string
  mark: SeatMark | null
  x: number
  y: number
}

/** Which places of a section are free, as the graph answers it. */
export interface SectionAvailability {
  /** The index of the section. */
  section: number
  first: number
  capacity: number
  free: number
  bitmap: string
}

/** Which places are free, as the graph answers it. */
export interface Availability {
  version: string
  isDelta: boolean
  sections: readonly SectionAvailability[]
}

/** The plan with its type. @throws {TikituError} `UNSUPPORTED`, for a form of plan that this version does not know */
export function readGeometry(geometry: unknown): SeatGeometry {
  const { format } = Object(geometry) as { format?: unknown }
  if (format === 'tikitu.geometry.v1') return geometry as SeatGeometry
  throw new TikituError(`This version of @tikitu/client does not support the seat map format ${String(format)}.`, {
    code: 'UNSUPPORTED',
  })
}

/** Every numbered seat, in the order of the numbers. General-admission sections have none. */
export function seatsOf({ sections }: SeatGeometry): Seat[] {
  return sections.flatMap((section) => {
    let number = section.first
    return (section.rows ?? []).flatMap((row) =>
      row.seats.map((label, index) => seatOf(section, row, { label, index, number: number++ })),
    )
  })
}

function seatOf(
  section: SectionGeometry,
  row: RowGeometry,
  { label, index, number }: { label: string; index: number; number: number },
): Seat {
  return {
    number,
    label,
    row: row.label,
    section: section.label,
    zone: row.zones?.[index] ?? row.zone ?? section.zone,
    mark: row.marks?.[index] ?? null,
    x: row.xy[2 * index] ?? 0,
    y: row.xy[2 * index + 1] ?? 0,
  }
}

/** Whether the place of that number is free. False for a number of another section. */
export function isFree({ first, capacity, bitmap }: SectionAvailability, number: number): boolean {
  const bit = number - first
  if (bit < 0 || bit >= capacity) return false
  // Six bits a character, the highest first: as in the bytes, so the text need not be decoded.
  return (sextet(bitmap.charCodeAt(Math.floor(bit / 6))) & (32 >> (bit % 6))) !== 0
}

/** The numbers of the free places of a section. */
export function freeNumbers(section: SectionAvailability): number[] {
  const numbers = Array.from({ length: section.capacity }, (_place, index) => section.first + index)
  return numbers.filter((number) => isFree(section, number))
}

/** All sections as they are after an answer, which may have only what changed. `known` is what this gave before, null at first. */
export function applyAvailability<A extends Availability>(known: A | null, answer: A): A {
  if (!answer.isDelta || known === null) return answer
  const changed = new Map(answer.sections.map((section) => [section.section, section]))
  return {
    ...answer,
    isDelta: false,
    sections: known.sections.map((section) => changed.get(section.section) ?? section),
  }
}

/** The value of a character of base64. */
function sextet(code: number): number {
  if (code >= 97) return code - 71
  if (code >= 65) return code - 65
  if (code >= 48) return code + 4
  return code === 43 ? 62 : 63
}
