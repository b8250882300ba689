import { DomainError } from '@tikitu/kit/base/errors'
import type { Category, Channel } from './db/columns.ts'

/** E-mail cannot be turned off for this category. Nothing was changed. */
export class PreferenceLocked extends DomainError {
  override readonly name = 'PreferenceLocked'
  readonly code = 'PREFERENCE_LOCKED'
  readonly category: Category
  readonly channel: Channel
  constructor(category: Category, channel: Channel) {
    super(`Messages about ${category.toLowerCase()} are always sent by e-mail. You can turn off the other channels.`, {
      category,
      channel,
    })
    this.category = category
    this.channel = channel
  }
}

/** The template has errors. Nothing was changed. */
export class TemplateInvalid extends DomainError {
  override readonly name = 'TemplateInvalid'
  readonly code = 'TEMPLATE_INVALID'
  readonly problems: string[]
  constructor(problems: string[]) {
    super(`The template is invalid: ${problems.join('; ')}.`, { problems })
    this.problems = problems
  }
}
