package main

import (
	"context"
	"errors"
	"fmt"
	"net/url"
	"path/filepath"
	"strings"
	"time"

	"jieshi/internal/blob"
	"jieshi/internal/intake"
	"jieshi/internal/upload"
	"jieshi/mediation"
)

// sweepInterval is how often serve looks for uploads whose time is over.
const sweepInterval = 10 * time.Minute

// checkFiles refuses settings of the store of files that make no sense.
func (c config) checkFiles() error {
	if c.S3Bucket == "" && (c.S3Endpoint != "" || c.S3Region != "" || c.S3Prefix != "" || c.S3PathStyle) {
		return errors.New("s3_bucket is missing; without it files are kept below data_dir")
	}
	if c.S3Endpoint != "" {
		if u, err := url.Parse(c.S3Endpoint); err != nil || u.Host == "" || u.Scheme != "http" && u.Scheme != "https" {
			return fmt.Errorf("s3_endpoint %q is no address like https://s3.example", c.S3Endpoint)
		}
	}
	for name, n := range map[string]int64{
		"cache_bytes": c.CacheBytes, "min_free_bytes": c.MinFreeBytes, "user_quota_bytes": c.UserQuotaBytes, "quota_bytes": c.QuotaBytes,
		"upload_expiry": int64(c.UploadExpiry), "package_expiry": int64(c.PackageExpiry),
	} {
		if n < 0 {
			return fmt.Errorf("%s is below zero", name)
		}
	}
	return nil
}

// openFiles opens the store of files: a bucket if one is set, else a folder.
func (p *program) openFiles(ctx context.Context) (files *blob.Store, err error) {
	c, dir := p.config, filepath.Join(p.config.DataDir, "files")
	if c.S3Bucket == "" {
		files, err = blob.Open(dir)
	} else {
		files, err = blob.OpenBucket(ctx, dir, blob.BucketConfig{
			Name: c.S3Bucket, Endpoint: c.S3Endpoint, Region: c.S3Region, Prefix: c.S3Prefix, PathStyle: c.S3PathStyle, CacheBytes: c.CacheBytes,
			AccessKey: p.getenv("AWS_ACCESS_KEY_ID"), SecretKey: p.getenv("AWS_SECRET_ACCESS_KEY"), Token: p.getenv("AWS_SESSION_TOKEN"),
		})
	}
	if err != nil {
		return nil, err
	}
	files.MinFree = c.MinFreeBytes
	return files, nil
}

func (p *program) getenv(name string) string {
	for _, e := range p.environ {
		if value, ok := strings.CutPrefix(e, name+"="); ok {
			return value
		}
	}
	return ""
}

// desk takes uploads into the open store.
func (p *program) desk(a *app) *upload.Desk {
	return &upload.Desk{
		Store: a.db, Files: a.files, Log: p.log, Expiry: p.config.UploadExpiry,
		Limits: intake.Limits{WalkBytes: p.config.MaxWalkBytes, OrthophotoBytes: p.config.MaxOrthophotoBytes},
		Quota:  p.quota(),
	}
}

func (p *program) quota() mediation.Quota {
	return mediation.Quota{Person: p.config.UserQuotaBytes, Deployment: p.config.QuotaBytes}
}

// sweepUploads sweeps now and in the background until stop is called.
func (p *program) sweepUploads(ctx context.Context, a *app) (stop func(), err error) {
	if err := a.uploads.Sweep(ctx); err != nil {
		return nil, err
	}
	ctx, cancel := context.WithCancel(ctx)
	done := make(chan struct{})
	go func() {
		defer close(done)
		a.uploads.SweepEvery(ctx, sweepInterval)
	}()
	return func() {
		cancel()
		<-done
	}, nil
}

// examineFiles looks whether the store of files can be written to and has room.
func (p *program) examineFiles(ctx context.Context) finding {
	files, err := p.openFiles(ctx)
	if err != nil {
		return finding{"files", false, err.Error()}
	}
	ctx, cancel := context.WithTimeout(ctx, 20*time.Second)
	defer cancel()
	if err := files.Check(ctx); err != nil {
		return finding{"files", false, err.Error()}
	}
	free, err := files.Free()
	switch {
	case err != nil:
		return finding{"files", false, err.Error()}
	case free <= 0:
		return finding{"files", false, fmt.Sprintf("less than %d MiB are free on the disk of %s (min_free_bytes)", p.config.MinFreeBytes>>20, p.config.DataDir)}
	}
	where := "in a folder"
	if p.config.S3Bucket != "" {
		where = "in the bucket " + p.config.S3Bucket
	}
	return finding{"files", true, fmt.Sprintf("%s; %.1f GiB may be written here", where, float64(free)/(1<<30))}
}
