/** Somebody who can sign in to the embedded Cognito. */
export interface Account {
  email: string
  name: string
  groups: readonly string[]
}

/** The groups of the pool: they are the scopes in the schema. */
export const groups = ['admin', 'partner', 'user'] as const

/** Who can sign in on a new embedded stack. */
export const demoAccounts = [
  { email: 'admin@tikitu.example', name: 'Ada Admin', groups: ['admin', 'user'] },
  { email: 'partner@tikitu.example', name: 'Pia Partner', groups: ['partner', 'user'] },
  { email: 'fan@tikitu.example', name: 'Finn Fan', groups: ['user'] },
  { email: 'fan2@tikitu.example', name: 'Fay Fan', groups: ['user'] },
] as const satisfies readonly Account[]

/** The password of every demo account. It opens nothing but this machine's embedded Cognito. */
export const demoPassword = 'Tikitu-demo-1'
