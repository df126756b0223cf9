package connector_test

import (
	"encoding/base64"
	"encoding/hex"
	"errors"
	"testing"
	"time"

	"remit/connector"
	"remit/models"
)

func keys(t *testing.T, secrets ...models.Secret) connector.Keys {
	t.Helper()
	k, err := connector.NewKeys(secrets, nil)
	if err != nil {
		t.Fatal(err)
	}
	return k
}

// The vector is test case 2 of RFC 4231.
func TestTheSignatureIsHMACSHA256(t *testing.T) {
	const want = "5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec3843"
	got := keys(t, "Jefe").Sign(hex.EncodeToString, []byte("what do ya want "), []byte("for nothing?"))
	if len(got) != 1 || got[0] != want {
		t.Errorf("got %v, want %s", got, want)
	}
}

func TestWhichSignaturesMatch(t *testing.T) {
	body := []byte("body")
	by := func(s models.Secret) string { return keys(t, s).Sign(base64.StdEncoding.EncodeToString, body)[0] }
	cases := map[string]struct {
		keys  connector.Keys
		given []string
		want  bool
	}{
		"the secret's own":                    {keys(t, "a"), []string{by("a")}, true},
		"the older of two secrets":            {keys(t, "new", "old"), []string{by("old")}, true},
		"one good among several":              {keys(t, "a"), []string{"", "x", by("b"), by("a")}, true},
		"another secret's":                    {keys(t, "a"), []string{by("b")}, false},
		"an empty one":                        {keys(t, "a"), []string{""}, false},
		"none":                                {keys(t, "a"), nil, false},
		"a part of it":                        {keys(t, "a"), []string{by("a")[:10]}, false},
		"any, where there is no key":          {connector.Keys{}, []string{by("a")}, false},
		"an empty one, where there is no key": {connector.Keys{}, []string{""}, false},
	}
	for name, tc := range cases {
		if got := tc.keys.Signed(base64.StdEncoding.EncodeToString, tc.given, body); got != tc.want {
			t.Errorf("%s: got %v, want %v", name, got, tc.want)
		}
	}
}

func TestSecretsThatWouldLetEverybodyInAreRefused(t *testing.T) {
	broken := func(string) ([]byte, error) { return nil, errors.New("the secret itself") }
	cases := map[string]struct {
		secrets []models.Secret
		decode  func(string) ([]byte, error)
	}{
		"none":                    {nil, nil},
		"an empty one":            {[]models.Secret{""}, nil},
		"blanks":                  {[]models.Secret{" \n"}, nil},
		"an empty one beside one": {[]models.Secret{"a", ""}, nil},
		"one that is not in form": {[]models.Secret{"a"}, broken},
	}
	for name, tc := range cases {
		_, err := connector.NewKeys(tc.secrets, tc.decode)
		if models.KindOf(err) != models.Invalid || models.FieldOf(err) != "secrets" {
			t.Errorf("%s: got %v, want a fault of secrets", name, err)
		}
	}
}

func TestATimestampIsGoodForFiveMinutesEitherWay(t *testing.T) {
	at := time.Date(2026, 12, 3, 9, 30, 0, 0, time.UTC)
	for off, want := range map[time.Duration]models.Kind{
		0: "", 5 * time.Minute: "", -5 * time.Minute: "",
		5*time.Minute + 1: models.Unauthenticated, -5*time.Minute - 1: models.Unauthenticated,
	} {
		if got := models.KindOf(connector.Fresh(at.Add(off), at, connector.MaxSkew)); got != want {
			t.Errorf("%s: got %q, want %q", off, got, want)
		}
	}
	if got := models.KindOf(connector.Fresh(time.Time{}, at, connector.MaxSkew)); got != models.Unauthenticated {
		t.Errorf("no time at all: got %q, want %q", got, models.Unauthenticated)
	}
}
