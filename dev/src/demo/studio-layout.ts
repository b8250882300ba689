import type { LayoutDocument } from '@tikitu/schema/layout'

/** A small layout of sixty seats. */
export function studioLayout(): LayoutDocument {
  const rows = [...'ABCDEF'].map((label, row) => ({
    label,
    seats: Array.from({ length: 10 }, (_seat, seat) => ({
      label: String(seat + 1),
      x: (seat - 4.5) * 60,
      y: 200 + row * 95,
      ...(seat === 5 ? { gapBefore: true } : {}),
    })),
  }))
  return {
    format: 'tikitu.layout.v1',
    zones: [{ name: 'Stalls', color: '#e8710a' }],
    sections: [{ kind: 'SEATED', label: 'Stalls', zone: 'Stalls', rows }],
  }
}
