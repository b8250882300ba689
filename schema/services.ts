/** The subgraphs with their default ports. */
export const servicePorts = {
  admin: 3001,
  partner: 3002,
  payment: 3003,
  notification: 3004,
  booking: 3005,
  user: 3006,
} as const

export type ServiceName = keyof typeof servicePorts
