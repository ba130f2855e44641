/** Every intent that a message can have. */
export const intents = [
  'order_status',
  'delivery_estimate',
  'shipping_cost',
  'shipping_destinations',
  'shipment_delayed',
  'shipment_lost',
  'delivered_not_received',
  'customs_duties',
  'change_address',
  'cancel_order',
  'change_order',
  'return_start',
  'return_policy',
  'exchange',
  'refund_status',
  'wrong_item',
  'missing_item',
  'damaged_item',
  'defective_item',
  'not_as_described',
  'payment_problem',
  'payment_methods',
  'invoice',
  'warranty',
  'product_question',
  'coupon',
  'account_problem',
  'complaint',
  'human_agent',
  'dispute',
  'praise',
  'greeting',
  'thanks',
  'goodbye',
  'affirm',
  'deny',
  'out_of_scope',
] as const;

export type Intent = (typeof intents)[number];

/** Why a message may need a person at once; `none` for all others. */
export const causes = [
  'none',
  'person_wanted',
  'legal',
  'safety',
  'fraud',
  'repeated_failure',
  'several_problems',
] as const;

/** Every feeling that a message can show, from good to bad. */
export const emotions = ['calm', 'frustrated', 'angry'] as const;
