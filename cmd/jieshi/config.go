package main

import (
	"errors"
	"fmt"
	"log/slog"
	"os"
	"os/user"
	"path/filepath"
	"slices"
	"strings"
	"time"

	"github.com/knadh/koanf/parsers/toml/v2"
	"github.com/knadh/koanf/providers/confmap"
	"github.com/knadh/koanf/providers/env/v2"
	"github.com/knadh/koanf/providers/file"
	"github.com/knadh/koanf/providers/posflag"
	"github.com/knadh/koanf/v2"
	"github.com/spf13/pflag"
)

// config is everything an operator can set: in a TOML file, by environment
// variable (JIESHI_ and the key in capitals), or by flag; the last one wins.
type config struct {
	// DataDir (data_dir) holds the embedded database and the files. Defaults
	// to jieshi under the user's data home.
	DataDir string `koanf:"data_dir"`
	// DatabaseURL (database_url, also DATABASE_URL) is a libpq URL of a PostGIS
	// database. Empty runs a private one under DataDir.
	DatabaseURL string `koanf:"database_url"`
	// Listen (listen) is where serve listens. Defaults to 127.0.0.1:8080.
	Listen string `koanf:"listen"`
	// MetricsListen (metrics_listen) serves /metrics on an address of its own.
	// Empty serves it with the rest.
	MetricsListen string `koanf:"metrics_listen"`
	// PublicURL (public_url) is the address that links to the map begin with,
	// behind a proxy. Empty makes links relative to the server.
	PublicURL string `koanf:"public_url"`
	// Actor (actor) is who answers for what this run files. Defaults to the
	// name of the operating system's user.
	Actor string `koanf:"actor"`
	// FontFile (font_file) is the Chinese font of printed maps. Defaults to
	// Debian's wqy-microhei.ttc.
	FontFile string `koanf:"font_file"`
	// LogLevel (log_level): debug, info, warn, error. Defaults to warn for
	// short commands, info for serve.
	LogLevel string `koanf:"log_level"`
	// MaxWalkBytes (max_walk_bytes) bounds one walk file. Defaults to 256 MiB.
	MaxWalkBytes int64 `koanf:"max_walk_bytes"`
	// MaxOrthophotoBytes (max_orthophoto_bytes) bounds one picture. Defaults to 64 GiB.
	MaxOrthophotoBytes int64 `koanf:"max_orthophoto_bytes"`
	// S3Bucket (s3_bucket) keeps the files in a bucket of an S3 server instead of
	// a folder below DataDir. Keys come from AWS_ACCESS_KEY_ID and
	// AWS_SECRET_ACCESS_KEY, or from wherever the AWS SDK finds them.
	S3Bucket string `koanf:"s3_bucket"`
	// S3Endpoint (s3_endpoint) is the URL of the server. Empty is AWS.
	S3Endpoint string `koanf:"s3_endpoint"`
	// S3Region (s3_region). Defaults to us-east-1.
	S3Region string `koanf:"s3_region"`
	// S3Prefix (s3_prefix) begins every key. Empty is no prefix.
	S3Prefix string `koanf:"s3_prefix"`
	// S3PathStyle (s3_path_style) puts the bucket into the path of the address,
	// as most servers but AWS want it.
	S3PathStyle bool `koanf:"s3_path_style"`
	// CacheBytes (cache_bytes) bounds copies of files of a bucket on this machine.
	// Defaults to 20 GiB.
	CacheBytes int64 `koanf:"cache_bytes"`
	// MinFreeBytes (min_free_bytes) stay free on the disk: uploads stop before.
	// Defaults to 1 GiB.
	MinFreeBytes int64 `koanf:"min_free_bytes"`
	// UploadExpiry (upload_expiry) is how long an upload is kept that is not
	// complete, or that nobody orders anything of. Defaults to 168h.
	UploadExpiry time.Duration `koanf:"upload_expiry"`
	// UserQuotaBytes (user_quota_bytes) bounds what one person has stored and on
	// its way. 0 is no bound.
	UserQuotaBytes int64 `koanf:"user_quota_bytes"`
	// QuotaBytes (quota_bytes) bounds that of all together. 0 is no bound.
	QuotaBytes int64 `koanf:"quota_bytes"`
	// MaxPixels (max_pixels) bounds the pixels of one picture. Defaults to 40e9.
	MaxPixels int64 `koanf:"max_pixels"`
	// TilesWorkers (tiles_workers) is how many packages for offline maps each working
	// process makes at a time: drawing one takes a processor whole. Defaults to 1.
	TilesWorkers int `koanf:"tiles_workers"`
	// PackageExpiry (package_expiry) is how long such a package is kept that nobody
	// orders or downloads. Defaults to 720h.
	PackageExpiry time.Duration `koanf:"package_expiry"`
	// NodeODMURL (nodeodm_url) is the engine that makes orthophotos of flights.
	// Empty: there is none.
	NodeODMURL string `koanf:"nodeodm_url"`
	// NodeODMToken (nodeodm_token) is the token that the engine asks for.
	NodeODMToken string `koanf:"nodeodm_token"`
}

var configKeys = []string{
	"data_dir", "database_url", "listen", "metrics_listen", "public_url", "actor", "log_level", "font_file",
	"max_walk_bytes", "max_orthophoto_bytes", "max_pixels",
	"s3_bucket", "s3_endpoint", "s3_region", "s3_prefix", "s3_path_style", "cache_bytes",
	"min_free_bytes", "upload_expiry", "user_quota_bytes", "quota_bytes",
	"tiles_workers", "package_expiry",
	"nodeodm_url", "nodeodm_token",
}

// configFlags are the keys that are flags, too.
var configFlags = map[string]string{
	"data-dir": "data_dir", "listen": "listen", "public-url": "public_url", "actor": "actor", "log-level": "log_level",
}

func addConfigFlags(flags *pflag.FlagSet) {
	flags.String("data-dir", "", "where the embedded database and the files live (default: jieshi under the user's data home)")
	flags.String("config", "", "TOML file with settings (default /etc/jieshi/jieshi.toml if it exists)")
	flags.String("actor", "", "who answers for what this run files (default: the user of the operating system)")
	flags.String("log-level", "", "debug, info, warn or error")
}

const systemConfig = "/etc/jieshi/jieshi.toml"

func readConfig(flags *pflag.FlagSet, environ []string) (c config, err error) {
	k := koanf.New(".")
	defaults := map[string]any{"data_dir": defaultDataDir(environ), "listen": "127.0.0.1:8080", "actor": userName(), "min_free_bytes": 1 << 30, "upload_expiry": "168h", "tiles_workers": 1, "package_expiry": "720h"}
	if err := k.Load(confmap.Provider(defaults, "."), nil); err != nil {
		return c, fmt.Errorf("defaults: %w", err)
	}
	path, _ := flags.GetString("config")
	if _, err := os.Stat(systemConfig); path == "" && err == nil {
		path = systemConfig
	}
	if path != "" {
		if err := k.Load(file.Provider(path), toml.Parser()); err != nil {
			return c, fmt.Errorf("configuration %s: %w", path, err)
		}
	}
	if err := k.Load(environment(environ), nil); err != nil {
		return c, fmt.Errorf("environment: %w", err)
	}
	if err := k.Load(posflag.ProviderWithFlag(flags, ".", k, func(f *pflag.Flag) (string, any) {
		if !f.Changed {
			return "", nil
		}
		return configFlags[f.Name], f.Value.String()
	}), nil); err != nil {
		return c, fmt.Errorf("flags: %w", err)
	}
	for _, key := range k.Keys() {
		if !slices.Contains(configKeys, key) {
			return c, fmt.Errorf("there is no setting %q; the settings are %s", key, strings.Join(configKeys, ", "))
		}
	}
	if err := k.Unmarshal("", &c); err != nil {
		return c, fmt.Errorf("configuration: %w", err)
	}
	if _, err := c.logLevel(slog.LevelWarn); err != nil {
		return c, err
	}
	if c.Actor = strings.TrimSpace(c.Actor); c.Actor == "" {
		return c, errors.New("actor is empty; somebody must answer for what is filed")
	}
	if c.TilesWorkers < 1 || c.TilesWorkers > maxWorkers {
		return c, fmt.Errorf("tiles_workers %d is not between 1 and %d", c.TilesWorkers, maxWorkers)
	}
	if err := c.checkFiles(); err != nil {
		return c, err
	}
	if c.DataDir, err = filepath.Abs(c.DataDir); err != nil {
		return c, fmt.Errorf("data directory: %w", err)
	}
	return c, nil
}

// logLevel is what the operator said, or standard.
func (c config) logLevel(standard slog.Level) (level slog.Level, err error) {
	if c.LogLevel == "" {
		return standard, nil
	}
	if err := level.UnmarshalText([]byte(c.LogLevel)); err != nil {
		return level, fmt.Errorf("log_level %q is none of debug, info, warn, error", c.LogLevel)
	}
	return level, nil
}

// environment reads JIESHI_* and DATABASE_URL; variables for tests are not settings.
func environment(environ []string) koanf.Provider {
	return env.Provider(".", env.Opt{
		EnvironFunc: func() []string { return environ },
		TransformFunc: func(key, value string) (string, any) {
			if key == "DATABASE_URL" {
				return "database_url", value
			}
			name, ours := strings.CutPrefix(key, "JIESHI_")
			if name = strings.ToLower(name); !ours || !slices.Contains(configKeys, name) {
				return "", nil
			}
			return name, value
		},
	})
}

func defaultDataDir(environ []string) string {
	for _, variable := range []struct{ name, below string }{{"XDG_DATA_HOME", "jieshi"}, {"HOME", ".local/share/jieshi"}} {
		for _, e := range environ {
			if value, ok := strings.CutPrefix(e, variable.name+"="); ok && value != "" {
				return filepath.Join(value, variable.below)
			}
		}
	}
	return "jieshi-data"
}

func userName() string {
	u, err := user.Current()
	switch {
	case err != nil:
		return "unknown"
	case u.Name != "" && u.Name != u.Username:
		return u.Name + " (" + u.Username + ")"
	default:
		return u.Username
	}
}
