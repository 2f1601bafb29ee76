"""What each named constraint refuses: rows that are fine, and the SQL assignment to all of them that must not pass."""

from functools import partial

from django.db.models import Model

from tests.architecture.attack import Attack, twice
from tests.architecture.attacks_on_programme import PROGRAMME
from tests.factories import accounts, billing, booking, concessions, ops, scheduling

NEVER_REACHED = {
    "venues_category_of_screen": "is only the target of a seat's key to category and screen: the primary key refuses first",
}


LINES = (
    ("seat", booking.BookedSeatFactory),
    ("food", booking.BookedFoodFactory),
    ("fee", booking.BookedFeeFactory),
)


def cancelled(factory) -> Model:
    """Make a line that was cancelled and gave nothing back."""
    decision = booking.CancellationFactory()
    return factory(booking=decision.booking, cancellation=decision, released_at=decision.made_at)


paid = partial(booking.BookingFactory, confirmed=True)
refunded = partial(billing.PaymentFactory, payment_status="REFUNDED", refund_owed=100, refund_amount=60)

by_staff = partial(accounts.AuditEntryFactory, by_staff=True)

ATTACKS = [
    Attack("accounts_user_email_key", twice(accounts.UserFactory), "email = 'same@example.com'"),
    Attack("accounts_email_lower_case", accounts.UserFactory, "email = 'Asha@example.com'"),
    Attack("accounts_phone_unique", twice(accounts.UserFactory), "phone = '+919820000009'"),
    Attack("accounts_role_known", accounts.UserFactory, "role = 'boss'"),
    Attack("accounts_session_rotation_dated", accounts.SessionFactory, "previous_jti = 'before'"),
    Attack("accounts_session_rotation_dated", accounts.SessionFactory, "rotated_at = created_at"),
    Attack("accounts_session_ends_after_start", accounts.SessionFactory, "expires_at = created_at"),
    Attack("accounts_one_reset_per_email", twice(accounts.PasswordResetFactory), "email = 'same@example.com'"),
    Attack("accounts_reset_token_unique", twice(accounts.PasswordResetFactory), "token_hash = 'same'"),
    Attack("accounts_reset_email_lower_case", accounts.PasswordResetFactory, "email = 'Asha@example.com'"),
    Attack("accounts_reset_ends_after_start", accounts.PasswordResetFactory, "expires_at = asked_at"),
    Attack("accounts_guest_email_lower_case", accounts.GuestDetailsFactory, "email = 'Asha@example.com'"),
    Attack("accounts_guest_gave_both", accounts.GuestDetailsFactory, "email = ''"),
    Attack("accounts_guest_gave_both", accounts.GuestDetailsFactory, "phone = ''"),
    Attack("accounts_guest_has_link_key", accounts.GuestDetailsFactory, "link_key = ''"),
    Attack("accounts_notification_read_dated", accounts.NotificationFactory, "is_read = true"),
    Attack("accounts_change_actor_kind_known", accounts.AuditEntryFactory, "actor_kind = 'GHOST'"),
    Attack("accounts_change_deed_known", accounts.AuditEntryFactory, "deed = 'SEEN'"),
    Attack("accounts_staff_change_names_actor", accounts.AuditEntryFactory, "actor_kind = 'STAFF'"),
    Attack("accounts_staff_change_names_actor", by_staff, "actor_kind = 'SYSTEM'"),
    Attack("accounts_notification_read_dated", accounts.NotificationFactory, "read_at = created_at"),
    Attack(
        "accounts_event_told_once",
        twice(accounts.NotificationFactory),
        "event = 'confirmed/1', user_id = (SELECT min(user_id) FROM accounts_notification)",
    ),
    Attack(
        "accounts_muted_once",
        twice(accounts.MutedNoticeFactory),
        "user_id = (SELECT min(user_id) FROM accounts_mutednotice)",
    ),
    Attack("accounts_muted_type_known", accounts.MutedNoticeFactory, "notification_type = 'GOSSIP'"),
    Attack("accounts_muted_channel_known", accounts.MutedNoticeFactory, "channel = 'SMOKE'"),
    *PROGRAMME,
    Attack("billing_cgst_0_to_100", billing.GSTFactory, "c_gst = 100.01"),
    Attack("billing_cgst_0_to_100", billing.GSTFactory, "c_gst = -0.01"),
    Attack("billing_sgst_0_to_100", billing.GSTFactory, "s_gst = 100.01"),
    Attack("billing_sgst_0_to_100", billing.GSTFactory, "s_gst = -0.01"),
    Attack("billing_gst_band_has_width", billing.GSTFactory, "above = 100, up_to = 100"),
    Attack("billing_gst_days_in_order", billing.GSTFactory, "valid_from = '2026-01-01', valid_until = '2026-01-01'"),
    Attack(
        "billing_promo_code_unique",
        twice(billing.DiscountFactory),
        "promo_code = CASE id WHEN (SELECT min(id) FROM billing_discount) THEN 'diwali' ELSE 'DIWALI' END",
    ),
    Attack("billing_discount_type_known", billing.DiscountFactory, "discount_type = 'free'"),
    Attack("billing_discount_percent_0_to_100", billing.DiscountFactory, "discount_percent = 100.01"),
    Attack("billing_discount_percent_0_to_100", billing.DiscountFactory, "discount_percent = -0.01"),
    Attack("billing_discount_cap_not_negative", billing.DiscountFactory, "max_discount_amount = -1"),
    Attack("billing_discount_minimum_not_negative", billing.DiscountFactory, "min_subtotal = -1"),
    Attack("billing_flat_discount_has_amount", billing.DiscountFactory, "discount_type = 'flat'"),
    Attack(
        "billing_flat_discount_has_amount", billing.DiscountFactory, "discount_type = 'flat', discount_amount = -1"
    ),
    Attack("billing_discount_ends_after_start", billing.DiscountFactory, "starts_at = now(), ends_at = now()"),
    Attack("billing_discount_weekdays_known", billing.DiscountFactory, "weekdays = '{7}'"),
    Attack("billing_discount_daypart_has_ends", billing.DiscountFactory, "daypart_from = '09:00'"),
    Attack(
        "billing_discount_daypart_has_ends",
        billing.DiscountFactory,
        "daypart_from = '09:00', daypart_until = '09:00'",
    ),
    Attack("billing_discount_not_overused", billing.DiscountFactory, "usage_limit = 1, times_used = 2"),
    Attack("billing_payment_transaction_code_key", twice(billing.PaymentFactory), "transaction_code = 'TXN-SAME'"),
    Attack("billing_payment_attempt_once", twice(billing.PaymentFactory), "booking_reference = 'BKNG-SAME'"),
    Attack("billing_payment_status_known", billing.PaymentFactory, "payment_status = 'LOST'"),
    Attack("billing_payment_method_known", billing.PaymentFactory, "payment_method = 'BARTER'"),
    Attack("billing_payment_amount_not_negative", billing.PaymentFactory, "amount = -1, refund_owed = -1"),
    Attack("billing_refunds_within_payment", refunded, "refund_owed = amount + 0.01"),
    Attack("billing_refunds_within_payment", refunded, "refund_amount = refund_owed + 0.01"),
    Attack("billing_refunded_means_money_back", billing.PaymentFactory, "payment_status = 'REFUNDED'"),
    Attack("billing_refunded_means_money_back", refunded, "payment_status = 'COMPLETED'"),
    Attack("billing_settled_payment_dated", billing.PaymentFactory, "settled_at = NULL"),
    Attack("billing_refund_status_known", billing.RefundFactory, "refund_status = 'LOST'"),
    Attack("billing_refund_positive", billing.RefundFactory, "amount = 0"),
    Attack("billing_refund_completion_dated", billing.RefundFactory, "refund_status = 'COMPLETED'"),
    Attack("billing_refund_idempotency_key_key", twice(billing.RefundFactory), "idempotency_key = 'same'"),
    Attack(
        "billing_one_counter_per_series",
        twice(billing.InvoiceCounterFactory),
        "venue_id = (SELECT min(venue_id) FROM billing_invoicecounter)",
    ),
    Attack("billing_counter_seven_digits", billing.InvoiceCounterFactory, "last_number = 10000000"),
    Attack("billing_invoice_number_key", twice(billing.InvoiceFactory), "number = 'BOMI2526/0000001'"),
    Attack("billing_invoice_booking_reference_key", twice(billing.InvoiceFactory), "booking_reference = 'BKNG-SAME'"),
    Attack("billing_invoice_amount_not_negative", billing.InvoiceFactory, "amount = -1, taxable = -19"),
    Attack("billing_invoice_adds_up", billing.InvoiceFactory, "rounding = 0.01"),
    Attack("billing_credit_within_invoice", billing.InvoiceFactory, "credited = amount + 0.01"),
    Attack("billing_credit_within_invoice", billing.InvoiceFactory, "credited = -0.01"),
    Attack("billing_creditnote_number_key", twice(billing.CreditNoteFactory), "number = 'BOMC2526/0000001'"),
    Attack("billing_creditnote_key_key", twice(billing.CreditNoteFactory), "key = 'BKNG-SAME/end'"),
    Attack("billing_credit_positive", billing.CreditNoteFactory, "amount = 0, taxable = 0, cgst = 0, sgst = 0"),
    Attack("billing_credit_adds_up", billing.CreditNoteFactory, "cgst = cgst + 0.01"),
    Attack("billing_entry_once_per_source", twice(billing.LedgerEntryFactory), "source = 'TXN-SAME'"),
    Attack("billing_entry_kind_known", billing.LedgerEntryFactory, "kind = 'GIFT'"),
    Attack("billing_entry_positive", billing.LedgerEntryFactory, "total = 0"),
    Attack("billing_document_entry_has_venue", billing.LedgerEntryFactory, "kind = 'INVOICE', venue_id = NULL"),
    Attack("billing_check_faults_counted", billing.LedgerCheckFactory, "faults = -1"),
    Attack("billing_account_known", billing.LedgerLineFactory, "account = 'POCKET'"),
    Attack("billing_debit_xor_credit", billing.LedgerLineFactory, "credit = debit"),
    Attack("billing_debit_xor_credit", billing.LedgerLineFactory, "debit = 0"),
    Attack("billing_debit_xor_credit", billing.LedgerLineFactory, "debit = -debit"),
    Attack("billing_event_once", twice(billing.PaymentEventFactory), "event_id = 'same'"),
    Attack("billing_event_named", billing.PaymentEventFactory, "event_id = ''"),
    Attack("billing_one_open_issue_per_subject", twice(billing.PaymentIssueFactory), "subject = 'same'"),
    Attack("billing_issue_kind_known", billing.PaymentIssueFactory, "kind = 'ODD'"),
    Attack("billing_issue_resolution_dated", billing.PaymentIssueFactory, "resolution = 'Done'"),
    Attack("billing_issue_resolution_dated", billing.PaymentIssueFactory, "resolved_at = found_at"),
    Attack("billing_sandbox_refunds_within_charge", billing.SandboxChargeFactory, "refunded = amount + 0.01"),
    Attack("billing_sandbox_refunds_within_charge", billing.SandboxChargeFactory, "refunded = -1"),
    Attack("billing_sandboxcharge_idempotency_key_key", twice(billing.SandboxChargeFactory), "idempotency_key = 'a'"),
    Attack(
        "concessions_category_name_unique",
        twice(concessions.FoodCategoryFactory),
        "category_name = CASE id WHEN (SELECT min(id) FROM concessions_foodcategory) THEN 'Drinks' ELSE 'DRINKS' END",
    ),
    Attack("concessions_price_not_negative", concessions.FoodItemFactory, "price = -0.01"),
    Attack("concessions_stock_not_negative", concessions.FoodItemFactory, "stock = -1"),
    Attack(
        "booking_seat_claimed_once",
        twice(booking.SeatLockFactory, show=scheduling.ShowFactory),
        "seat_id = (SELECT min(seat_id) FROM booking_seatlock)",
    ),
    Attack("booking_claim_status_known", booking.SeatLockFactory, "status = 'PAWNED'"),
    Attack("booking_claim_names_booking_while_sold", booking.SeatLockFactory, "status = 'BOOKED'"),
    Attack("booking_booking_booking_reference_key", twice(booking.BookingFactory), "booking_reference = 'BKNG-SAME'"),
    Attack(
        "booking_booking_payment_id_key", twice(paid), "payment_id = (SELECT min(payment_id) FROM booking_booking)"
    ),
    Attack("booking_status_known", booking.BookingFactory, "booking_status = 'DREAMT'"),
    Attack("booking_amount_not_negative", booking.BookingFactory, "amount = -1, refund_amount = -1"),
    Attack("booking_discount_not_negative", booking.BookingFactory, "discount_amount = -1"),
    Attack("booking_refund_within_amount", booking.BookingFactory, "refund_amount = amount + 0.01"),
    Attack("booking_refund_within_amount", booking.BookingFactory, "refund_amount = -1"),
    Attack("booking_confirmed_is_paid", paid, "payment_id = NULL"),
    Attack("booking_confirmation_dated", paid, "confirmed_at = NULL"),
    Attack("booking_cancellation_dated", paid, "booking_status = 'CANCELLED'"),
    Attack("booking_cancellation_dated", paid, "cancelled_at = now()"),
    Attack("booking_window_ends_after_start", booking.BookingFactory, "pay_until = booking_time"),
    Attack(
        "booking_seat_sold_once",
        twice(booking.BookedSeatFactory, booking__show=scheduling.ShowFactory),
        "seat_id = (SELECT min(seat_id) FROM booking_bookedseat)",
    ),
    Attack(
        "booking_seat_once_per_booking",
        twice(booking.BookedSeatFactory, booking=booking.BookingFactory),
        "seat_id = (SELECT min(seat_id) FROM booking_bookedseat), released_at = now()",
    ),
    Attack("booking_seat_price_not_negative", booking.BookedSeatFactory, "price = -0.01"),
    Attack(
        "booking_food_once_per_booking",
        twice(booking.BookedFoodFactory, booking=booking.BookingFactory),
        "food_id = (SELECT min(food_id) FROM booking_bookedfood)",
    ),
    Attack("booking_food_quantity_1_to_100", booking.BookedFoodFactory, "quantity = 0"),
    Attack("booking_food_quantity_1_to_100", booking.BookedFoodFactory, "quantity = 101"),
    Attack("booking_food_price_not_negative", booking.BookedFoodFactory, "unit_price = -0.01"),
    Attack("booking_fee_price_not_negative", booking.BookedFeeFactory, "price = -0.01"),
    Attack(
        "booking_fee_once_per_seat",
        twice(booking.BookedFeeFactory),
        "booking_id = (SELECT min(booking_id) FROM booking_bookedfee)",
    ),
    *(
        Attack(f"booking_{line}_{column}_not_negative", factory, f"{column} = -0.01")
        for line, factory in LINES
        for column in ("discount_share", "taxable", "cgst", "sgst")
    ),
    *(
        Attack(f"booking_{line}_worth_covers_refund", partial(cancelled, factory), f"refunded_{part} = {amount}")
        for line, factory in LINES
        for part in ("taxable", "cgst", "sgst")
        for amount in (f"{part} + 0.01", "-0.01")
    ),
    *(
        Attack(f"booking_{line}_refund_has_cancellation", factory, "refunded_taxable = 0.01, released_at = now()")
        for line, factory in LINES
    ),
    *(
        Attack(f"booking_{line}_refund_has_cancellation", partial(cancelled, factory), "released_at = NULL")
        for line, factory in LINES
    ),
    Attack("booking_rounding_below_a_rupee", booking.BookingFactory, "rounding = 0.10"),
    Attack("booking_rounding_below_a_rupee", booking.BookingFactory, "rounds_to_rupee = true, rounding = 0.51"),
    Attack("booking_rounding_below_a_rupee", booking.BookingFactory, "rounds_to_rupee = true, rounding = -0.50"),
    Attack("booking_cancellation_percent_0_to_100", booking.CancellationFactory, "percent = 101"),
    Attack("booking_cancellation_amount_not_negative", booking.CancellationFactory, "amount = -0.01"),
    Attack("booking_cancellation_rounding_below_a_rupee", booking.CancellationFactory, "rounding = 1.01"),
    Attack("booking_cancellation_rounding_below_a_rupee", booking.CancellationFactory, "rounding = -1.01"),
    Attack("booking_cancellation_actor_known", booking.CancellationFactory, "made_by = 'GHOST'"),
    Attack("booking_log_from_status_known", booking.BookingStatusLogFactory, "from_status = 'DREAMT'"),
    Attack("booking_log_to_status_known", booking.BookingStatusLogFactory, "to_status = ''"),
    Attack("booking_log_actor_known", booking.BookingStatusLogFactory, "changed_by = 'GHOST'"),
    Attack("booking_ticket_kind_known", booking.TicketFactory, "kind = 'FORGED'"),
    Attack("booking_issued_ticket_has_booking", booking.TicketFactory, "booking_id = NULL"),
    Attack(
        "booking_ticket_booking_id_key",
        twice(booking.TicketFactory),
        "booking_id = (SELECT min(booking_id) FROM booking_ticket)",
    ),
    Attack(
        "booking_party_admitted_once",
        twice(booking.AdmissionFactory),
        "ticket_id = (SELECT ticket_id FROM booking_admission ORDER BY id LIMIT 1)",
    ),
    Attack("booking_admission_undone_for_a_reason", booking.AdmissionFactory, "undone_at = admitted_at"),
    Attack("booking_admission_undone_for_a_reason", booking.AdmissionFactory, "undo_reason = 'Mistake'"),
    Attack(
        "booking_admission_undone_after_it",
        booking.AdmissionFactory,
        "undone_at = admitted_at - interval '1 second', undone_by_id = admitted_by_id, undo_reason = 'Mistake'",
    ),
    Attack(
        "booking_mail_once_per_event",
        twice(booking.BookingMailFactory),
        "booking_id = (SELECT min(booking_id) FROM booking_bookingmail)",
    ),
    Attack("booking_mail_kind_known", booking.BookingMailFactory, "kind = 'LOVE'"),
    Attack("booking_sent_mail_was_claimed", booking.BookingMailFactory, "sent_at = now()"),
    Attack("booking_feedback_rating_1_to_5", booking.FeedbackFactory, "rating = 0"),
    Attack("booking_feedback_rating_1_to_5", booking.FeedbackFactory, "rating = 6"),
    Attack(
        "booking_feedback_booking_id_key",
        twice(booking.FeedbackFactory),
        "booking_id = (SELECT min(booking_id) FROM booking_feedback)",
    ),
    Attack("booking_feedback_reply_dated", booking.FeedbackFactory, "reply = 'Thank you.'"),
    Attack("booking_feedback_reply_dated", booking.FeedbackFactory, "replied_at = now()"),
    Attack("booking_feedback_hiding_explained", booking.FeedbackFactory, "hidden_at = now(), hidden_by_id = user_id"),
    Attack("booking_feedback_hiding_explained", booking.FeedbackFactory, "hidden_reason = 'Abuse'"),
    Attack(
        "booking_idempotency_key_once",
        twice(booking.IdempotencyKeyFactory, user=accounts.UserFactory),
        "key = 'same'",
    ),
    Attack("booking_idempotent_answer_whole", booking.IdempotencyKeyFactory, "status = 201"),
    Attack("booking_idempotent_answer_whole", booking.IdempotencyKeyFactory, "body = '{}'"),
    Attack("ops_backup_operation_id_key", twice(ops.BackupFactory), "operation_id = 'same'"),
    Attack("ops_backup_type_known", ops.BackupFactory, "backup_type = 'floppy'"),
    Attack("ops_backup_status_known", ops.BackupFactory, "status = 'hoping', completed_at = now()"),
    Attack("ops_backup_size_not_negative", ops.BackupFactory, "size = -1"),
    Attack("ops_backup_end_dated", ops.BackupFactory, "status = 'completed'"),
    Attack("ops_drill_operation_id_key", twice(ops.DrillFactory), "operation_id = 'same'"),
    Attack("ops_drill_status_known", ops.DrillFactory, "status = 'hoping', completed_at = now()"),
    Attack("ops_drill_end_dated", ops.DrillFactory, "status = 'failed'"),
    Attack("ops_jobrecord_name_key", twice(ops.JobRecordFactory), "name = 'same'"),
    Attack("ops_job_outcome_known", ops.JobRecordFactory, "last_outcome = 'HOPING', last_started_at = now()"),
    Attack("ops_job_duration_not_negative", ops.JobRecordFactory, "last_seconds = -1"),
    Attack("ops_job_run_dated", ops.JobRecordFactory, "last_outcome = 'DONE'"),
    Attack("ops_deadletter_task_id_key", twice(ops.DeadLetterFactory), "task_id = 'same'"),
    Attack("ops_letter_settlement_known", ops.DeadLetterFactory, "settlement = 'HIDDEN', settled_at = now()"),
    Attack("ops_letter_settlement_dated", ops.DeadLetterFactory, "settlement = 'DROPPED'"),
    Attack("ops_import_status_known", ops.TableImportFactory, "status = 'HOPING'"),
    Attack("ops_import_has_rows", ops.TableImportFactory, "row_count = 0"),
    Attack("ops_import_end_dated", ops.TableImportFactory, "status = 'DONE', rows = '[]'"),
    Attack("ops_import_end_dated", ops.TableImportFactory, "ended_at = now(), rows = '[]'"),
    Attack("ops_ended_import_forgets_rows", ops.TableImportFactory, "status = 'DONE', ended_at = now()"),
    Attack("ops_restore_operation_id_key", twice(ops.RestoreFactory), "operation_id = 'same'"),
    Attack("ops_restore_type_known", ops.RestoreFactory, "restore_type = 'floppy'"),
    Attack("ops_restore_status_known", ops.RestoreFactory, "status = 'hoping', completed_at = now()"),
    Attack("ops_restore_end_dated", ops.RestoreFactory, "status = 'failed'"),
]
