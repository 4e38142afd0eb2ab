package api

import (
	"context"

	"jieshi/mediation"
)

// claimWithdrawer is the part of the database that these handlers use.
type claimWithdrawer interface {
	WithdrawClaim(ctx context.Context, n mediation.NewWithdrawal) (mediation.Withdrawal, error)
	Withdrawals(ctx context.Context, number string) ([]mediation.Withdrawal, error)
}

// WithdrawClaim answers POST /claims/{id}/withdrawal.
func (s *server) WithdrawClaim(ctx context.Context, r WithdrawClaimRequestObject) (WithdrawClaimResponseObject, error) {
	w, err := s.Store.WithdrawClaim(ctx, mediation.NewWithdrawal{
		Claim: r.Id, Kind: mediation.WithdrawalKind(r.Body.Kind), Reason: r.Body.Reason, Walk: r.Body.Walk,
	})
	if err != nil {
		return nil, err
	}
	return WithdrawClaim201JSONResponse(withdrawalOf(w)), nil
}

// ListWithdrawals answers GET /cases/{number}/withdrawals.
func (s *server) ListWithdrawals(ctx context.Context, r ListWithdrawalsRequestObject) (ListWithdrawalsResponseObject, error) {
	all, err := s.Store.Withdrawals(ctx, r.Number)
	if err != nil {
		return nil, err
	}
	return ListWithdrawals200JSONResponse{Items: each(all, withdrawalOf)}, nil
}

func withdrawalOf(w mediation.Withdrawal) ClaimWithdrawal {
	return ClaimWithdrawal{
		Id: w.ID, Case: w.Case, Claim: w.Claim, Version: w.Version, Party: w.Party.Name, Side: w.Party.Side, Kind: WithdrawalKind(w.Kind), Reason: w.Reason,
		Walk: w.Walk, Run: w.Run, Area: Measure(w.Area), FiledAt: w.FiledAt, WithdrawnAt: w.At, WithdrawnBy: w.By,
	}
}
