package main

import (
	"io"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
)

// configured returns the settings that a run with these arguments works with.
func configured(t *testing.T, environ []string, args ...string) config {
	t.Helper()
	p := &program{environ: environ, stdin: strings.NewReader(""), stdout: io.Discard, stderr: io.Discard}
	root := p.command()
	root.SetOut(io.Discard)
	// Settings are read before the verb finds that it has nothing to verify.
	root.SetArgs(append([]string{"evidence", "verify", "/nonexistent/bundle.zip"}, args...))
	if status := p.exit(t.Context(), root.ExecuteContext(t.Context())); status != exitUsage {
		t.Fatalf("settings %q, %q end with %d", environ, args, status)
	}
	return p.config
}

func TestALaterSourceOfASettingWins(t *testing.T) {
	dir := t.TempDir()
	file := filepath.Join(dir, "jieshi.toml")
	text := "data_dir = '/from/file'\nactor = 'file'\nlog_level = 'error'\nmax_walk_bytes = 1000\n"
	if err := os.WriteFile(file, []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
	environ := []string{"HOME=/home/somebody", "JIESHI_ACTOR=environment", "JIESHI_DATA_DIR=/from/environment", "JIESHI_REAL_DATA=/no/setting"}

	plain := configured(t, []string{"HOME=/home/somebody"})
	if plain.DataDir != "/home/somebody/.local/share/jieshi" || plain.Actor == "" || plain.MaxWalkBytes != 0 || plain.Listen == "" {
		t.Errorf("settings without a source = %+v", plain)
	}
	if c := configured(t, []string{"HOME=/home/somebody", "XDG_DATA_HOME=/data"}); c.DataDir != "/data/jieshi" {
		t.Errorf("data_dir = %q, want it below XDG_DATA_HOME", c.DataDir)
	}
	fromFile := configured(t, []string{"HOME=/home/somebody"}, "--config", file)
	if fromFile.DataDir != "/from/file" || fromFile.Actor != "file" || fromFile.MaxWalkBytes != 1000 {
		t.Errorf("settings of a file = %+v", fromFile)
	}
	fromEnvironment := configured(t, environ, "--config", file)
	if fromEnvironment.DataDir != "/from/environment" || fromEnvironment.Actor != "environment" || fromEnvironment.MaxWalkBytes != 1000 {
		t.Errorf("settings of file and environment = %+v", fromEnvironment)
	}
	fromFlags := configured(t, environ, "--config", file, "--actor", "flag")
	if fromFlags.DataDir != "/from/environment" || fromFlags.Actor != "flag" || fromFlags.MaxWalkBytes != 1000 {
		t.Errorf("settings of file, environment and flags = %+v", fromFlags)
	}
	if c := configured(t, []string{"DATABASE_URL=postgres://x/y"}); c.DatabaseURL != "postgres://x/y" {
		t.Errorf("database_url = %q, want that of DATABASE_URL", c.DatabaseURL)
	}
}

func TestSettingsThatMakeNoSense(t *testing.T) {
	b := &bench{root: t.TempDir()}
	b.data = filepath.Join(b.root, "data")
	for _, tc := range []struct {
		name, file string
		environ    []string
		args       []string
		want       string // part of the reason
	}{
		{name: "a key that is none", file: "data_dri = '/x'", want: `no setting "data_dri"; the settings are data_dir`},
		{name: "a table that is none", file: "[serve]\nlisten = ':1'", want: "serve.listen"},
		{name: "no TOML", file: "data_dir = ", want: "jieshi.toml"},
		{name: "no file", args: []string{"--config", "/nonexistent/jieshi.toml"}, want: "/nonexistent/jieshi.toml"},
		{name: "a level that is none", args: []string{"--log-level", "loud"}, want: "debug, info, warn, error"},
		{name: "a number that is none", environ: []string{"JIESHI_MAX_PIXELS=many"}, want: "max_pixels"},
	} {
		t.Run(tc.name, func(t *testing.T) {
			args := slices.Clone(tc.args)
			if tc.file != "" {
				file := filepath.Join(t.TempDir(), "jieshi.toml")
				if err := os.WriteFile(file, []byte(tc.file), 0o600); err != nil {
					t.Fatal(err)
				}
				args = append(args, "--config", file)
			}
			one := &bench{root: b.root, data: b.data, environ: tc.environ}
			got := one.run(t.Context(), append([]string{"case", "list", "--json"}, args...)...).want(t, exitUsage).document(t)
			if reason := got.text("reason.en"); !strings.Contains(strings.ToLower(reason), tc.want) {
				t.Errorf("reason = %q, want it to say %q", reason, tc.want)
			}
			if _, err := os.Stat(b.data); err == nil {
				t.Error("a data directory was made")
			}
		})
	}
}
