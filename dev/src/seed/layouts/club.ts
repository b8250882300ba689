import type { LayoutDocument } from '@tikitu/schema/layout'

/** A club for 800 where everybody stands: 640 on the floor, 160 on the gallery above it. */
export function club(): LayoutDocument {
  return {
    format: 'tikitu.layout.v1',
    zones: [
      { name: 'Gallery', color: '#7d2ae8' },
      { name: 'Floor', color: '#e8710a' },
    ],
    sections: [
      {
        kind: 'GENERAL_ADMISSION',
        label: 'Floor',
        zone: 'Floor',
        capacity: 640,
        outline: acrossTheRoom(100, 1700),
      },
      {
        kind: 'GENERAL_ADMISSION',
        label: 'Gallery',
        zone: 'Gallery',
        capacity: 160,
        outline: acrossTheRoom(1800, 2300),
      },
    ],
  }
}

function acrossTheRoom(front: number, back: number) {
  return [
    { x: -800, y: front },
    { x: 800, y: front },
    { x: 800, y: back },
    { x: -800, y: back },
  ]
}
