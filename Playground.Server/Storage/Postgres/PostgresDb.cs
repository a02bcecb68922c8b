using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Storage.ValueConversion;

namespace Playground.Server.Storage.Postgres;

/// <summary>The database on a PostgreSQL server.</summary>
internal sealed class PostgresDb(DbContextOptions<PostgresDb> options) : PlaygroundDb(options)
{
    protected override void ConfigureConventions(ModelConfigurationBuilder configurationBuilder)
    {
        base.ConfigureConventions(configurationBuilder);
        configurationBuilder.Properties<DateTimeOffset>().HaveConversion<Utc>();
    }

    // The type timestamptz takes times in UTC only.
    private sealed class Utc() : ValueConverter<DateTimeOffset, DateTimeOffset>(time => time.ToUniversalTime(), time => time);
}
