package models_test

import (
	"fmt"
	"testing"
	"time"

	"remit/models"
)

func TestAnAccountThatBillsClaimIsNotTheVendorsUntilItIsProven(t *testing.T) {
	day := func(n int) time.Time { return noon.AddDate(0, 0, n) }
	v := models.Vendor{ID: "vendor:erp:1"}.Claims("false", day(1))
	if v.Bank() != "" || !v.Unlike("genuine") || v.Unlike("false") {
		t.Errorf("after the first bill: %q is on record of %+v", v.Bank(), v.Banks)
	}
	v = v.Seen("genuine", day(2)).Claims("false", day(3)).Claims("genuine", day(3)).Claims("", day(3))
	if v.Bank() != "genuine" || !v.BankChangedAt().IsZero() || len(v.Banks) != 2 || !v.Unlike("false") || v.Unlike("genuine") {
		t.Errorf("got %+v, want the genuine one on record, never changed, and the false one remembered", v.Banks)
	}
	if since, ok := v.ClaimedSince("false"); !ok || !since.Equal(day(1)) {
		t.Errorf("claimed since %s, %v: want since the first bill", since, ok)
	}
	proven := v.Seen("false", day(4))
	if _, ok := proven.ClaimedSince("false"); ok || proven.Bank() != "false" || !proven.BankChangedAt().Equal(day(4)) {
		t.Errorf("got %+v, want it on record once it is proven", proven.Banks)
	}
	if stale := proven.Fold(v); len(stale.Banks) != 2 || stale.Bank() != "false" {
		t.Errorf("got %+v: an older word makes no claim of what is on record since", stale.Banks)
	}
	if told := v.Fold(proven); told.Bank() != "false" || len(told.Banks) != 2 {
		t.Errorf("got %+v, want a newer word to prove it", told.Banks)
	}
}

func TestOfMoreAndMoreAccountsThatBillsClaimTheNewestAreKept(t *testing.T) {
	v := models.Vendor{ID: "vendor:erp:1"}.Seen("genuine", noon)
	for i := range 50 {
		v = v.Claims(fmt.Sprint("false", i), noon.Add(time.Duration(i)*time.Hour))
	}
	if _, ok := v.ClaimedSince("false49"); !ok || len(v.Banks) > 30 || v.Bank() != "genuine" {
		t.Errorf("%d accounts are kept, %q on record", len(v.Banks), v.Bank())
	}
}
