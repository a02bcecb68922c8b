using Playground.Server.Tests.Storage;

namespace Playground.Server.Tests;

/// <summary>Settings that a server cannot start with: exit code 1 and a sentence that names the setting, not a trace.</summary>
public sealed class StartTests
{
    [Theory]
    [InlineData("Playground__Libtorch", "/nowhere/lib", "Playground:Libtorch is '/nowhere/lib', which holds no libtorch.so.")]
    [InlineData("Playground__TrainingShare", "7", "TrainingShare must be between 0.05 and 1.")]
    [InlineData("Playground__Datasets__MaxSide", "0", "MaxSide must be between 1 and 65535.")]
    [InlineData("Playground__Uploads__Expiry", "00:00:00", "Expiry must be between 00:00:01 and 3650.00:00:00.")]
    public async Task A_setting_that_cannot_be_used_ends_the_start(string name, string value, string sentence)
    {
        await using var server = new StorageServer { Settings = { [name] = value } };
        Assert.Equal(1, await server.RunAsync());
        Assert.Contains(sentence, server.Log, StringComparison.Ordinal);
        Assert.DoesNotContain("   at ", server.Log, StringComparison.Ordinal);
    }
}
