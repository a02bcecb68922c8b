using Microsoft.Extensions.Options;
using Playground.Server.Hosting;

namespace Playground.Server.Tests.Hosting;

/// <summary>What people are told names no folder of the server's.</summary>
public sealed class ServerPathsTests
{
    [Theory]
    [InlineData("/srv/data/blobs/ab/abcd is damaged.", "blobs/ab/abcd is damaged.")]
    [InlineData("/srv/data is full.", "the server's folder is full.")]
    [InlineData("/srv/data/models/tiny/unet: bad header.", "tiny/unet: bad header.")]
    public void A_path_is_cut_down_to_what_lies_below_a_folder_of_the_servers(string said, string told)
        => Assert.Equal(told, new ServerPaths(Options.Create(new PlaygroundOptions { Data = "/srv/data", Models = "/srv/data/models" }))
            .Hide(said));
}
