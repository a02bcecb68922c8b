using Microsoft.EntityFrameworkCore;

namespace Playground.Server.Storage;

/// <summary>
/// The one model of the database. Tables are described beside the features that own them, by an <see cref="IEntityTypeConfiguration{T}"/>
/// each; a subclass for each provider holds what that provider stores differently, and its own migrations.
/// </summary>
internal abstract class PlaygroundDb(DbContextOptions options) : DbContext(options)
{
    protected override void OnModelCreating(ModelBuilder modelBuilder)
    {
        base.OnModelCreating(modelBuilder);
        modelBuilder.ApplyConfigurationsFromAssembly(typeof(PlaygroundDb).Assembly);
    }

    protected override void ConfigureConventions(ModelConfigurationBuilder configurationBuilder)
    {
        base.ConfigureConventions(configurationBuilder);
        configurationBuilder.Properties<string>().HaveConversion<StorableText>();
    }
}
