/**
 * Moto and what its server loads for Secrets Manager: less than half of the extra `server`, which has
 * what other services need.
 */
export const motoRequirements = [
  "moto==5.2.5",
  "blinker==1.9.0",
  "boto3==1.44.8",
  "botocore==1.44.8",
  "certifi==2026.10.19.post1",
  "cffi==2.1.1",
  "charset-normalizer==3.5.3",
  "click==8.5.1",
  "cryptography==50.0.2",
  "flask==3.1.3",
  "flask-cors==6.0.5",
  "idna==3.20",
  "itsdangerous==2.2.0",
  "jinja2==3.1.6",
  "jmespath==1.1.0",
  "markupsafe==3.0.4",
  "pycparser==3.12",
  "python-dateutil==2.9.0.post0",
  "pyyaml==6.0.4",
  "requests==2.34.2",
  "responses==0.26.3",
  "s3transfer==0.19.3",
  "six==1.17.0",
  "urllib3==2.8.0",
  "werkzeug==3.1.9",
  "xmltodict==1.0.4",
] as const;

/** MiniStack with all that it names. */
export const miniStackRequirements = [
  "ministack==1.5.33",
  "botocore==1.43.106",
  "defusedxml==0.7.1",
  "graphql-core==3.2.12",
  "h11==0.16.0",
  "h2==4.4.1",
  "hpack==4.2.0",
  "hypercorn==0.18.0",
  "hyperframe==6.1.0",
  "jmespath==1.1.0",
  "jsonata-python==0.7.1",
  "priority==2.0.0",
  "python-dateutil==2.9.0.post0",
  "pyyaml==6.0.4",
  "six==1.17.0",
  "urllib3==2.8.0",
  "wsproto==1.3.2",
] as const;
