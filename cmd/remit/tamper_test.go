package main

import (
	"database/sql"
	"path/filepath"

	_ "modernc.org/sqlite" // somebody with a database tool
)

// tamper changes the first line of the ledger behind remit's back, as somebody with the file and a database tool could.
func (o *office) tamper() {
	o.Helper()
	db, err := sql.Open("sqlite", filepath.Join(o.dir, "remit.db"))
	if err != nil {
		o.Fatal(err)
	}
	defer db.Close()
	rows, err := db.Query(`SELECT name FROM sqlite_master WHERE type = 'trigger' AND tbl_name = 'ledger'`)
	if err != nil {
		o.Fatal(err)
	}
	var triggers []string
	for rows.Next() {
		var name string
		if err := rows.Scan(&name); err != nil {
			o.Fatal(err)
		}
		triggers = append(triggers, name)
	}
	_ = rows.Close()
	for _, name := range triggers {
		if _, err := db.Exec(`DROP TRIGGER ` + name); err != nil {
			o.Fatal(err)
		}
	}
	if _, err := db.Exec(`UPDATE ledger SET text = 'nothing happened' WHERE seq = 1`); err != nil {
		o.Fatal(err)
	}
}

// execute changes the database behind remit's back.
func (o *office) execute(text string) {
	o.Helper()
	db, err := sql.Open("sqlite", filepath.Join(o.dir, "remit.db"))
	if err != nil {
		o.Fatal(err)
	}
	defer db.Close()
	if _, err := db.Exec(text); err != nil {
		o.Fatal(err)
	}
}
