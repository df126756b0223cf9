package chart

import (
	"bytes"
	"image/png"
	"os"
	"strings"
	"testing"

	"remit/models"
)

func usd(minor int64) models.Money { return models.Money{Minor: minor * 100, Currency: "USD"} }

// sixty is a projection of sixty days with a dip on the fourteenth.
func sixty() models.Cash {
	c := models.Cash{
		Floor: usd(150_000), Balance: usd(300_000), Horizon: 60, Low: usd(212_000), LowOn: "2026-12-09", Agreed: .05,
		Before: usd(180_000), BeforeOn: "2026-12-05", Breach: .01,
	}
	for i := range 61 {
		mid := usd(300_000 - 4_000*int64(min(i, 14)) + 2_000*int64(max(i-14, 0))).Minor
		spread := usd(1_500 * int64(i)).Minor
		c.Days = append(c.Days, models.CashDay{
			Day: models.Day("2026-11-25").Add(i), Mid: mid, Low: mid - spread, Before: mid - usd(20_000).Minor,
			Bands: &models.Bands{mid - 2*spread, mid - spread, mid - spread/2, mid + spread/2, mid + spread, mid + 2*spread},
		})
	}
	return c
}

func TestAFanSaysInWordsWhatItShows(t *testing.T) {
	f, err := Fan(sixty())
	if err != nil {
		t.Fatal(err)
	}
	want := "Projected cash over 60 days from Wed 25 Nov: 300k USD now, 336k USD expected at the end. " +
		"Lowest cash 212k USD on Wed 9 Dec at 5 %, floor 150k USD; 180k USD on Sat 5 Dec without the plan."
	if f.Alt != want {
		t.Errorf("got  %s\nwant %s", f.Alt, want)
	}
}

func TestAFanHasItsBandsItsFloorAndItsLowestPoint(t *testing.T) {
	f, err := Fan(sixty())
	if err != nil {
		t.Fatal(err)
	}
	svg, err := f.SVG()
	if err != nil {
		t.Fatal(err)
	}
	for _, want := range []string{
		"50, 80 and 95 % of the time", "expected", "without the plan", "floor", "lowest 212k USD, Wed 9 Dec", "25 Nov",
		"#DDF0FB", "#D55E00", // the widest band; the line that must not be crossed
	} {
		if !strings.Contains(string(svg), want) {
			t.Errorf("the SVG has no %q", want)
		}
	}
	b, err := f.PNG()
	if err != nil {
		t.Fatal(err)
	}
	if _, err := png.Decode(bytes.NewReader(b)); err != nil {
		t.Error(err)
	}
	if dir := os.Getenv("REMIT_PICTURES"); dir != "" { // for looking at
		_ = os.WriteFile(dir+"/fan.png", b, 0o600)
	}
}

func TestAFanOfWhatIsCertainHasNoBands(t *testing.T) {
	c := sixty()
	for i := range c.Days {
		c.Days[i].Bands, c.Days[i].Before = nil, c.Days[i].Mid
	}
	f, err := Fan(c)
	if err != nil {
		t.Fatal(err)
	}
	svg, err := f.SVG()
	if err != nil || strings.Contains(string(svg), "of the time") || strings.Contains(string(svg), "without the plan") {
		t.Errorf("bands of what is certain, or a plan that changes nothing, were drawn (%v)", err)
	}
	if strings.Contains(f.Alt, "at 5 %") {
		t.Errorf("a probability was told of what is certain: %s", f.Alt)
	}
}

func TestWhatIsUnknownIsNotDrawn(t *testing.T) {
	for name, c := range map[string]models.Cash{"unknown": {Unknown: "the balance is 3 days old"}, "without days": {}} {
		if _, err := Fan(c); models.KindOf(err) != models.Invalid {
			t.Errorf("%s: got %v, want Invalid", name, err)
		}
	}
}

func TestAmountsAreSaidInThreeFigures(t *testing.T) {
	for v, want := range map[float64]string{212_000: "212k", 1_250_000: "1.25M", 950: "950", 999_950: "1M", -48_200: "-48.2k", 0: "0"} {
		if got := short(v); got != want {
			t.Errorf("%v: got %q, want %q", v, got, want)
		}
	}
}
