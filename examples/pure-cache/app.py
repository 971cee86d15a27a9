"""The example pure-cache in Python: a cache of query results, its successor, and the migration between the two."""

from aws_cdk import App, Duration, Stack
from aws_cdk.aws_cloudwatch import Alarm, ComparisonOperator, Metric
from aws_cdk.aws_ec2 import SecurityGroup, Vpc
from aws_cdk.aws_route53 import HostedZone
from cdk_cutover import (
    Cache,
    CacheConsistency,
    CacheEngine,
    CacheMigration,
    CacheNodeType,
    Check,
    CheckTime,
    CutoverRecordOptions,
    ReplicationGroup,
    WeightStep,
)

app = App()
stack = Stack(app, "PureCache")

# What is there already, stated and not looked up. Put your own ids here.
vpc = Vpc.from_vpc_attributes(
    stack,
    "Vpc",
    vpc_id="vpc-0123456789abcdef0",
    availability_zones=["eu-west-1a", "eu-west-1b"],
    private_subnet_ids=["subnet-0123456789abcdef0", "subnet-0123456789abcdef1"],
    private_subnet_route_table_ids=["rtb-0123456789abcdef0", "rtb-0123456789abcdef1"],
)
zone = HostedZone.from_hosted_zone_attributes(
    stack, "Zone", hosted_zone_id="Z0123456789ABCDEFGHIJ", zone_name="internal.example"
)
cache_group = SecurityGroup.from_security_group_id(stack, "CacheGroup", "sg-0123456789abcdef0")
web_group = SecurityGroup.from_security_group_id(stack, "WebGroup", "sg-0123456789abcdef1")
# What the empty new cache does not answer, the database must: this tells whether it can.
database_load = Alarm(
    stack,
    "DatabaseLoad",
    metric=Metric(
        namespace="AWS/RDS",
        metric_name="CPUUtilization",
        dimensions_map={"DBInstanceIdentifier": "catalogue"},
        period=Duration.minutes(1),
        statistic="Average",
    ),
    threshold=70,
    evaluation_periods=3,
    comparison_operator=ComparisonOperator.GREATER_THAN_THRESHOLD,
)

blue = Cache.from_attributes(
    stack,
    "Catalogue5",
    replication_group_id="catalogue",
    engine=CacheEngine.redis("5.0.6"),
    node_type=CacheNodeType.of("cache.r5.large"),
    endpoint_address="catalogue.abcdef.ng.0001.euw1.cache.amazonaws.com",
    security_groups=[cache_group],
)

green = ReplicationGroup(stack, "Catalogue8", vpc=vpc, engine=CacheEngine.valkey("8.1"), replaces=blue)
green.connections.allow_default_port_from(web_group, "Web servers")

# Moves the clients by shares: green begins empty, and what it does not know yet is asked of the database.
CacheMigration(
    stack,
    "Catalogue",
    vpc=vpc,
    blue=blue,
    green=green,
    record=CutoverRecordOptions(zone=zone, record_name="catalogue", ttl=Duration.seconds(30)),
    consistency=CacheConsistency.COLD,
    weights=[
        WeightStep(blue_weight=95, green_weight=5, bake=Duration.minutes(10)),
        WeightStep(blue_weight=75, green_weight=25, bake=Duration.minutes(20)),
        WeightStep(blue_weight=50, green_weight=50, bake=Duration.minutes(20)),
    ],
    checks=[
        Check.http(
            name="catalogue pages",
            when=CheckTime.AFTER_RESUME,
            url="http://catalogue.internal.example/products",
            contains="products",
            owner="web team",
        )
    ],
    alarms=[database_load],
    watch=Duration.hours(2),
)

app.synth()
