package blob

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path"
	"path/filepath"

	"github.com/aws/aws-sdk-go-v2/aws"
	awsconfig "github.com/aws/aws-sdk-go-v2/config"
	"github.com/aws/aws-sdk-go-v2/credentials"
	"github.com/aws/aws-sdk-go-v2/service/s3"
	gcblob "gocloud.dev/blob"
	"gocloud.dev/blob/s3blob"
	"gocloud.dev/gcerrors"

	"jieshi/mediation"
)

// A BucketConfig names a bucket of an S3 server.
type BucketConfig struct {
	Name      string // required
	Endpoint  string // URL of the server; empty is AWS
	Region    string // defaults to us-east-1
	Prefix    string // of every key; may be empty
	PathStyle bool   // the bucket is in the path, not in the name of the host
	// AccessKey and SecretKey, and Token if the server wants one. Without them
	// the SDK looks where it always does: profile, role of the machine.
	AccessKey, SecretKey, Token string
	// CacheBytes bounds the copies of files on this machine. Defaults to 20 GiB.
	CacheBytes int64
}

// A bucket is a store on an S3 server.
type bucket struct {
	name, prefix string
	objects      *gcblob.Bucket
	client       *s3.Client // for multipart uploads that outlive a request
	cache        *cache
}

func openBucket(ctx context.Context, dir string, c BucketConfig) (*bucket, *gcblob.Bucket, error) {
	if c.Region == "" {
		c.Region = "us-east-1"
	}
	options := []func(*awsconfig.LoadOptions) error{awsconfig.WithRegion(c.Region)}
	if c.AccessKey != "" {
		options = append(options, awsconfig.WithCredentialsProvider(credentials.NewStaticCredentialsProvider(c.AccessKey, c.SecretKey, c.Token)))
	}
	loaded, err := awsconfig.LoadDefaultConfig(ctx, options...)
	if err != nil {
		return nil, nil, fmt.Errorf("store of files: %w", err)
	}
	client := s3.NewFromConfig(loaded, func(o *s3.Options) {
		o.UsePathStyle = c.PathStyle
		if c.Endpoint != "" {
			o.BaseEndpoint = &c.Endpoint
		}
		// Checksums in trailers are AWS's own; other servers stumble over them.
		o.RequestChecksumCalculation = aws.RequestChecksumCalculationWhenRequired
		o.ResponseChecksumValidation = aws.ResponseChecksumValidationWhenRequired
	})
	objects, err := s3blob.OpenBucket(ctx, client, c.Name, &s3blob.Options{RequestChecksumCalculation: aws.RequestChecksumCalculationWhenRequired})
	if err != nil {
		return nil, nil, fmt.Errorf("store of files: %w", err)
	}
	b := &bucket{name: c.Name, prefix: c.Prefix, objects: objects, client: client}
	b.cache = newCache(filepath.Join(dir, cached), c.CacheBytes, b.fetch)
	return b, objects, nil
}

func (b *bucket) key(h mediation.Hash) string {
	name := h.String()
	return path.Join(b.prefix, name[:2], name)
}

// arrivedAs is the metadata that tells which incoming file an object was made
// from: equal bytes that came before are not taken back for its sake.
const arrivedAs = "incoming"

// place copies the file into the bucket; an object is there whole or not at all.
func (b *bucket) place(ctx context.Context, h mediation.Hash, local string) (placed bool, err error) {
	switch there, err := b.objects.Exists(ctx, b.key(h)); {
	case err != nil:
		return false, fmt.Errorf("stored file: %w", err)
	case there:
		return false, nil
	}
	f, err := os.Open(local) //nolint:gosec // a path of the store's own making
	if err != nil {
		return false, fmt.Errorf("incoming file: %w", err)
	}
	defer func() { err = errors.Join(err, f.Close()) }()
	if err := b.objects.Upload(ctx, b.key(h), f, &gcblob.WriterOptions{
		ContentType: "application/octet-stream", Metadata: map[string]string{arrivedAs: filepath.Base(local)},
	}); err != nil {
		return false, fmt.Errorf("stored file: %w", err)
	}
	return true, nil
}

func (b *bucket) takeBack(ctx context.Context, h mediation.Hash, local string) error {
	a, err := b.objects.Attributes(ctx, b.key(h))
	switch {
	case gcerrors.Code(err) == gcerrors.NotFound:
		return nil
	case err != nil:
		return err
	case a.Metadata[arrivedAs] != filepath.Base(local):
		return nil
	}
	return b.objects.Delete(ctx, b.key(h))
}

func (b *bucket) local(ctx context.Context, h mediation.Hash) (path string, release func(), err error) {
	return b.cache.local(ctx, h)
}

// fetch copies an object to a file.
func (b *bucket) fetch(ctx context.Context, h mediation.Hash, f *os.File) error {
	if err := b.objects.Download(ctx, b.key(h), f, nil); err != nil {
		return missing(err)
	}
	return nil
}

// check writes, reads and deletes an object.
func (b *bucket) check(ctx context.Context, name string) error {
	key := path.Join(b.prefix, incoming, name)
	if err := b.objects.WriteAll(ctx, key, []byte(name), nil); err != nil {
		return fmt.Errorf("bucket %s: %w", b.name, err)
	}
	if _, err := b.objects.ReadAll(ctx, key); err != nil {
		return fmt.Errorf("bucket %s: %w", b.name, err)
	}
	if err := b.objects.Delete(ctx, key); err != nil {
		return fmt.Errorf("bucket %s: %w", b.name, err)
	}
	return nil
}

func (b *bucket) onDisk() bool { return false }
